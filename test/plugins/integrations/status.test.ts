import t from 'tap'
import { countedInWords, enumerated, keyInWords } from '../../../plugins/integrations/loss-words.ts'
import { reasonOf, statusOf } from '../../../plugins/integrations/status.ts'
import type { Hold, Installation } from '../../../plugins/storage/port.ts'
import { openSqliteStore } from '../../../plugins/storage/sqlite/open.ts'
import { at, installationOf } from '../../conformance/storage/fixtures.ts'

const hold: Hold = {
  revision: 7,
  since: at(),
  kinds: { agreements: { held: 12, of: 20 }, emails: { held: 36, of: 90 } },
  clients: 40,
  decision: null
}
const decided = (verdict: 'approve' | 'reject'): Hold => ({
  ...hold,
  decision: { verdict, revision: 7, kinds: null, by: 'ada', at: at() }
})
const attention = { code: 'HOST_ERR_PERMISSION_MISSING', detail: 'Tick the right.', since: at() }
const trouble = { code: 'HOST_ERR_CREDENTIALS_REJECTED', detail: 'Make a key.', since: at(), tries: 1, retryAt: null }

t.test('what people want, then what stops it, then what waits for a person', async t => {
  const store = await openSqliteStore({ url: ':memory:' })
  t.teardown(() => store.close())
  const made = installationOf()
  await store.installations.tryInsert(made)
  const plain = (await store.installations.get('acme', made.id))!
  const cases: [Partial<Installation>, typeof trouble | null, string, RegExp | null][] = [
    [{}, null, 'running', null],
    [{ hold }, null, 'awaiting-approval', /^36 e-mail lists and 12 agreements would be taken away; nothing was\./],
    [{ hold: { ...hold, kinds: {} } }, null, 'awaiting-approval', /^Something of 40 clients would be taken away/],
    [{ hold: decided('approve') }, null, 'running', /was approved; the next run/],
    [{ hold: decided('reject') }, null, 'running', /was rejected; the next run/],
    [{ hold, attention }, null, 'needs-attention', /^Tick the right\.$/],
    [{ hold }, trouble, 'needs-attention', /^Make a key\.$/],
    [{ attention }, trouble, 'needs-attention', /^Make a key\.$/],
    [{ hold, wanted: 'stopped' }, trouble, 'stopped', /^Stopped by a person/],
    [{ hold, wanted: 'uninstalled' }, null, 'uninstalled', /^Not installed/],
    [{ hold, wanted: 'erasing' }, null, 'erasing', /^Being erased/],
    [{ failures: 1 }, null, 'running', /^The last run failed and will be tried again/],
    [{ failures: 3, passFailures: 2 }, null, 'running', /^The last 3 runs failed/],
    [{ passFailures: 1 }, null, 'running', /^The last complete pass failed.*changes come all the same/],
    [{ passFailures: 4 }, null, 'running', /^The last 4 complete passes failed/],
    [{ misfits: { count: 2, detail: 'contacts: 7 of 9', since: at() } }, null, 'running', null],
    [
      { misfits: { count: 3, detail: 'contacts: 7 of 9', since: at() } },
      null,
      'running',
      /contacts: 7 of 9.*nothing is/
    ]
  ]
  for (const [change, stops, status, reason] of cases) {
    const installation = { ...plain, ...change }
    const name = JSON.stringify([Object.keys(change), stops !== null])
    t.equal(statusOf(installation, stops), status, name)
    const words = reasonOf(installation, null, stops)
    if (reason === null) t.equal(words, null, name)
    else t.match(words, reason, name)
  }
})

t.test('losses are counted in words, one and many', async t => {
  const one = { held: 1 }
  t.equal(countedInWords({}), '')
  t.equal(countedInWords({ clients: one }), '1 client')
  t.equal(countedInWords({ clients: { held: 0 }, phones: one }), '1 phone list')
  t.equal(
    countedInWords({ vendors: { held: 2 }, costs: one, addresses: { held: 3 }, websites: one }),
    '3 street addresses, 1 website list, 1 cost of an agreement and 2 vendors of agreements'
  )
})

t.test('a loss’s key is said in words', async t => {
  t.same(['client', 'address', 'emails', 'phones', 'websites'].map(keyInWords), [
    'the client itself',
    'its street address',
    'its e-mail addresses',
    'its phone numbers',
    'its websites'
  ])
  t.same(['agreement:7', 'cost:7', 'vendor:a:b'].map(keyInWords), [
    'agreement 7',
    'the cost of agreement 7',
    'the vendor of agreement a:b'
  ])
  t.same([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(enumerated), ['', 'a', 'a and b', 'a, b and c'])
})
