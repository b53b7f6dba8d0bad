import t from 'tap'
import {
  CredentialsRejected,
  PermissionMissing,
  SourceIncomplete,
  SourceUnavailable
} from '../../../plugins/connector/failures.ts'
import type { Installation } from '../../../plugins/storage/port.ts'
import { failureOutcome, Interruption } from '../../../plugins/sync/outcome.ts'

const installation = (failures: number) =>
  ({ failures, schedule: { everyMs: 300_000, compareEveryMs: 1 }, attention: null }) as unknown as Installation
const after = (failure: unknown, failures = 0) =>
  failureOutcome(installation(failures), failure, 'run_1', '2026-01-01T00:00:00.000Z')

t.test('a vendor that stays away is asked less and less, at most at twice the usual interval', async t => {
  const due = [0, 1, 2, 5, 50].map(failures => after(new SourceUnavailable('away'), failures).outcome.dueInMs!)
  t.ok(due[0]! >= 9000 && due[0]! <= 11_000)
  t.ok(due[2]! >= 36_000 && due[2]! <= 44_000)
  t.ok(due[4]! >= 540_000 && due[4]! <= 660_000)
})

t.test('the vendor’s Retry-After is never undercut', async t => {
  t.ok(after(new SourceUnavailable('busy', { retryAfterMs: 900_000 })).outcome.dueInMs! >= 900_000)
})

t.test('refused credentials are not tried again; a missing right is, some time later', async t => {
  t.match(after(new CredentialsRejected('no')).outcome, {
    dueInMs: null,
    attention: { code: 'HOST_ERR_CREDENTIALS_REJECTED' }
  })
  const missing = after(new PermissionMissing('tick the row')).outcome
  t.ok(missing.dueInMs! > 10 * 60_000)
  t.match(missing.attention, { detail: 'tick the row' })
})

t.test('an incomplete pass is thrown away', async t => {
  t.equal(after(new SourceIncomplete('9 of 10')).outcome.pass, null)
})

t.test('an interrupted run is due at once and does not count as a failure', async t => {
  t.match(after(new Interruption('the process is ending', true), 3), {
    status: 'interrupted',
    outcome: { dueInMs: 0, failures: 3 }
  })
})

t.test('the text of an unknown error does not reach the receipt', async t => {
  const failed = after(new TypeError('password hunter2-not-real is not iterable'))
  t.equal(failed.bug, true)
  t.notMatch(failed.error.detail, /hunter2/)
})
