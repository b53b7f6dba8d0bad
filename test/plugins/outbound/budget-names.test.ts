import t from 'tap'
import { budgetOfAccount, budgetOfTrial, trialRate } from '../../../plugins/outbound/budget-names.ts'
import { createKeyring } from '../../../plugins/sealing/keyring.ts'

const keyring = createKeyring(`k:${Buffer.alloc(32, 'k').toString('base64')}`)
const desk = { name: 'desk' }
const credentials = { domain: 'https://psa.example.org', username: 'sample_c+FakeKey', password: 'FakeSecret' }

t.test('an account has one budget, which names neither host nor account', async t => {
  const name = budgetOfAccount('desk', 'https://psa.example.org/sample_c')
  t.equal(budgetOfAccount('desk', 'https://psa.example.org/sample_c'), name)
  t.match(name, /^desk:[\w-]{43}$/)
  t.not(budgetOfAccount('desk', 'https://psa.example.org/other_c'), name)
  t.not(budgetOfAccount('other', 'https://psa.example.org/sample_c'), name)
})

t.test('a login that is tried has a budget of exactly what was typed, and of no account', async t => {
  const name = budgetOfTrial(keyring, desk, credentials)
  t.notMatch(name, /psa|sample_c|Fake/)
  const turned = Object.fromEntries(Object.entries(credentials).toReversed())
  t.equal(budgetOfTrial(keyring, desk, turned), name, 'in whatever order')
  t.not(budgetOfTrial(keyring, desk, { ...credentials, password: 'another' }), name)
  t.not(budgetOfTrial(keyring, { name: 'other' }, credentials), name)
})

t.test('a trial never takes more than the account may, at once neither, and keeps its lanes', async t => {
  const minute = { perMs: 60_000 }
  t.strictSame(trialRate({ requests: 900, perMs: 60_000, concurrency: 4 }), {
    ...minute,
    requests: 300,
    concurrency: 4,
    burst: 90
  })
  t.strictSame(trialRate({ requests: 3600, perMs: 3_600_000, concurrency: 2 }), {
    ...minute,
    requests: 60,
    concurrency: 2,
    burst: 100
  })
  const slow = trialRate({ requests: 10, perMs: 3_600_000, concurrency: 1 })
  t.strictSame([slow.requests, slow.burst], [1, 1])
  t.equal(trialRate({ requests: 900, perMs: 60_000, concurrency: 4, burst: 5 }).burst, 5)
  const more = { lanes: { contracts: 2 }, throttlePauseMs: 61_000 }
  t.match(trialRate({ requests: 5000, perMs: 3_600_000, concurrency: 4, ...more }), {
    requests: 83,
    burst: 100,
    ...more
  })
})
