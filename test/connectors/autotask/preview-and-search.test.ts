import t from 'tap'
import { demoAccount, tinyIds } from '../../doubles/autotask/index.ts'
import { openInstance, previewsAgree, syncTypes } from './instance.ts'

t.test('every company counts once: as matched, or for the first rule it fails', async t => {
  const { server, calls } = await openInstance(t)
  const preview = await syncTypes['active-customers'].preview(calls.call())
  t.strictSame(preview.counts, {
    matched: 5,
    leftOut: [
      { rule: 'type', count: 4 },
      { rule: 'status', count: 1 }
    ]
  })
  t.strictSame(preview.choices, { types: ['Customer', 'Lead', 'Prospect', 'Dead', 'Cancelation', 'Vendor', 'Partner'] })
  t.notOk(preview.partial)
  t.equal(preview.samples.matched.length, 5)
  t.ok(preview.samples.leftOut.some(({ name, rule }) => name === 'Inactive Customer' && rule === 'status'))
  t.ok(server.requests.length <= 9, `${server.requests.length} requests`)
})

t.test('the contracts’ preview counts customers that have one in effect, or any', async t => {
  for (const [contracts, matched, without] of [
    ['current', 3, 2],
    ['listed', 4, 1]
  ] as const) {
    const { calls } = await openInstance(t, {}, { settings: { contracts } })
    const { counts } = await syncTypes['active-contracts'].preview(calls.call())
    t.equal(counts.matched, matched, contracts)
    t.strictSame(counts.leftOut.at(-1), { rule: 'has-contract', count: without })
  }
})

t.test('the preview agrees with a pass, and its requests are not far off', async t => {
  await previewsAgree(t, await openInstance(t, { account: demoAccount(1) }))
})

t.test('F2: what could not be counted in time is said to be partial, with what was counted', async t => {
  const { server, calls } = await openInstance(t)
  server.fail({ kind: 'hang', endpoint: 'Contracts' })
  const slow = await syncTypes['active-contracts'].preview(calls.call({ signal: AbortSignal.timeout(4000) }))
  t.match(slow, {
    partial: true,
    counts: { matched: 0, leftOut: [{ count: 4 }, { count: 1 }, { rule: 'has-contract', count: 0 }] },
    choices: { types: ['Customer'] }
  })
})

t.test('a search finds the exact name first, then names that begin so, in whatever state', async t => {
  const { calls } = await openInstance(t)
  const search = async (name: string) => {
    const { facts, search } = syncTypes['active-contracts']
    return (await search(calls.call(), name)).map(record => facts(record).name)
  }
  t.strictSame(await search('vendor'), ['Vendor'])
  t.strictSame(await search('  CUSTOMER with '), [
    'Customer Without Contacts',
    'Customer Without Contracts',
    'Customer With Odd Billing'
  ])
  t.strictSame(await search('inactive'), ['Inactive Customer'])
  t.strictSame(await search(' '), [])
  t.strictSame(await search('%'), [])
  t.strictSame(await search('The MSP'), [], 'the MSP itself is no customer')
  t.ok(tinyIds)
})
