import t from 'tap'
import {
  CredentialsRejected,
  PermissionMissing,
  SettingUnresolved,
  SourceIncomplete,
  SourcePostponed,
  SourceUnavailable,
  TargetRefused
} from '../../../plugins/connector/failures.ts'
import { failed, Interruption } from '../../../plugins/sync/outcome.ts'

const after = (failure: unknown, failures = 0) =>
  failed(failure, failures, { everyMs: 300_000, compareEveryMs: 1 }, 'run_1')

t.test('a vendor that stays away is asked less and less, at most at twice the usual interval', async t => {
  const due = [0, 1, 2, 5, 50].map(failures => after(new SourceUnavailable('away'), failures).retryInMs)
  t.ok(due[0]! >= 9000 && due[0]! <= 11_000)
  t.ok(due[2]! >= 36_000 && due[2]! <= 44_000)
  t.ok(due[4]! >= 540_000 && due[4]! <= 660_000)
})

t.test('the vendor’s Retry-After is never undercut', async t => {
  t.ok(after(new SourceUnavailable('busy', { retryAfterMs: 900_000 })).retryInMs >= 900_000)
  const postponed = after(new SourcePostponed('used up', 120_000), 3)
  t.match(postponed, { status: 'postponed', retryInMs: 120_000, counts: false, attention: false })
})

t.test('what a person has to put right for a sync type is tried again some time later', async t => {
  for (const failure of [new PermissionMissing('tick the row'), new SettingUnresolved('no such type', ['Customer'])]) {
    const missing = after(failure)
    t.ok(missing.retryInMs > 10 * 60_000)
    t.match(missing, { attention: true, ofConnection: false, error: { code: failure.code, detail: failure.message } })
  }
})

t.test('refused credentials and addresses are the connection’s', async t => {
  t.match(after(new CredentialsRejected('no')), { ofConnection: true, attention: false })
  t.match(after(new TargetRefused('no')), { ofConnection: true, attention: false })
  t.match(after(new SourceIncomplete('9 of 10')), { ofConnection: false, attention: false, status: 'failed' })
})

t.test('an interrupted run is due at once and does not count as a failure', async t => {
  t.match(after(new Interruption('the process is ending', true), 3), {
    status: 'interrupted',
    retryInMs: 0,
    counts: false
  })
})

t.test('the text of an unknown error does not reach the receipt', async t => {
  const bug = after(new TypeError('password hunter2-not-real is not iterable'))
  t.equal(bug.bug, true)
  t.notMatch(bug.error.detail, /hunter2/)
})
