import t from 'tap'
import { demoAccount, tinyIds } from '../../doubles/connectwise/index.ts'
import { fullRead, openInstance, previewsAgree, syncTypes } from './instance.ts'

t.test('every company counts once: as matched, or for the first rule it fails', async t => {
  const { server, calls } = await openInstance(t)
  const preview = await syncTypes['active-customers'].preview(calls.call())
  t.same(preview.counts, {
    matched: 3,
    leftOut: [
      { rule: 'type', count: 4 },
      { rule: 'status', count: 2 },
      { rule: 'not-deleted', count: 2 }
    ]
  })
  t.same(preview.choices, {
    types: ['Customer', 'Prospect', 'Vendor', 'Client', 'Partner'],
    statuses: ['Active', 'Inactive', 'Not Approved', 'Credit Hold']
  })
  t.notOk(preview.partial)
  t.equal(preview.samples.matched.length, 3)
  t.equal(preview.samples.leftOut.length, 5)
  t.ok(server.requests.length <= 9, `${server.requests.length} requests`)
})

t.test('the agreements’ preview counts customers that have one', async t => {
  const { calls } = await openInstance(t)
  const { counts } = await syncTypes['active-agreements'].preview(calls.call())
  t.equal(counts.matched, 3)
  t.same(counts.leftOut.at(-1), { rule: 'has-agreement', count: 0 })
})

t.test('the preview agrees with a pass, and its requests are not far off', async t => {
  await previewsAgree(t, await openInstance(t, { account: demoAccount(1), rateLimit: false }))
})

t.test('field report F2: what could not be counted in time is said to be partial, with what was counted', async t => {
  const { server, calls } = await openInstance(t)
  server.fail({ kind: 'hang', path: 'finance/agreements' })
  const slow = await syncTypes['active-agreements'].preview(calls.call({ signal: AbortSignal.timeout(4000) }))
  t.match(slow, {
    partial: true,
    counts: { matched: 0, leftOut: [{ count: 4 }, { count: 2 }, { count: 2 }, { rule: 'has-agreement', count: 0 }] },
    choices: { types: ['Customer'] }
  })

  server.fail({ kind: 'hang', path: 'company/companies/count' })
  const slower = await syncTypes['active-customers'].preview(calls.call({ signal: AbortSignal.timeout(4000) }))
  t.match(slower, { partial: true, counts: { matched: 0 } })
  t.equal(slower.samples.matched.length, 3)
})

t.test('a search finds any company by the beginning of its name, whatever stands in it', async t => {
  const { server, calls } = await openInstance(t)
  const search = async (name: string) =>
    (await syncTypes['active-customers'].search(calls.call(), name)).map(record =>
      syncTypes['active-customers'].id(record)
    )
  const names = ['Ab "quoted" & Sons', "O'Brien+Co 100%", 'Wild*card [x]', 'Wild', 'Ünïcode 東京']
  const ids = names.map(name => String(server.addCompany({ name }).id))
  for (const [index, name] of names.entries()) t.equal((await search(name))[0], ids[index], name)
  t.same(await search('wild'), [ids[3], ids[2]], 'the exact name first')
  t.same(await search('   '), [])
  t.same(await search('*'), [], 'a wildcard is no name')
  const { name } = server.data.companies.get(tinyIds['inactive customer'])!
  t.ok((await search(name)).includes(String(tinyIds['inactive customer'])), 'one that does not match is found too')
})

t.test('rules say in words what a company has instead', async t => {
  const { calls } = await openInstance(t)
  const { lookup, rules } = syncTypes['active-customers']
  const reasons: Record<string, string> = {}
  for await (const page of lookup(calls.call(), ['2', '4', '5', '11'])) {
    for (const record of page.records) {
      reasons[syncTypes['active-customers'].id(record)] = rules
        .map(rule => rule.test(record))
        .filter(answer => answer !== true)
        .join()
    }
  }
  t.same(reasons, {
    2: 'Status is "Inactive", not "Active"',
    4: 'It is deleted in ConnectWise, or was merged into another company',
    5: 'Type is "Prospect", not "Customer"',
    11: 'It has no type; one of "Customer" is wanted'
  })
})

t.test('several types and statuses of the settings are taken, capitals aside', async t => {
  const settings = { types: ['customer', 'CLIENT'], statuses: ['active', 'inactive'] }
  const instance = await openInstance(t, {}, { settings })
  const kept = await fullRead(instance, 'active-customers')
  t.same([...kept.clients.keys()], ['1', '2', '7', '8', '10'])
})
