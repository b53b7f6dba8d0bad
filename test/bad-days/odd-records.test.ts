import t, { type Test } from 'tap'
import { bigAccount, type Oddity } from '../doubles/connectwise/index.ts'
import { activeCustomersOf, startVendor } from './vendor.ts'
import { openWholeHost, type WholeHost } from './whole-host.ts'

t.jobs = 4
/** Of company 1 of the tiny account, which is an active customer. */
const clientOf = async ({ all }: WholeHost, externalId = '1') => (await all(`/v1/clients?externalId=${externalId}`))[0]

async function firstRun(t: Test, odd: Oddity): Promise<{ host: WholeHost; run: any; id: string }> {
  const host = await openWholeHost(t)
  host.vendor.fail({ kind: 'oddRecord', id: 1, odd })
  const { id } = await host.install('active-customers')
  const run = (await host.call('GET', `/v1/installations/${id}`)).body.lastRun
  t.equal(run.status, 'succeeded')
  return { host, run, id }
}

/** Kept as what it is, without harm to the others. */
const harmless: Partial<Record<Oddity, object>> = {
  spacedDates: { status: 'active' },
  noLastUpdated: { status: 'active' },
  noInfo: { status: 'active' },
  nulls: { status: 'active' },
  unknownField: { status: 'active' },
  numericStrings: { status: 'active', sources: [{ externalId: '1' }] },
  longName: { name: 'N'.repeat(10_000) },
  unicodeName: { name: /^Ĳssel & Søn 東京 👩‍🔧 .*"quoted" <b>$/su }
}
for (const [odd, expected] of Object.entries(harmless)) {
  t.test(`a record with ${odd} becomes a client like the others, on every read`, async t => {
    const { host, run, id } = await firstRun(t, odd as Oddity)
    t.match(run.counts, { read: 3, created: 3, setAside: 0 })
    t.match(await clientOf(host), expected)
    t.match(await host.run(id), { status: 'succeeded', counts: { created: 0, updated: 0, setAside: 0 } })
    t.match(await host.run(id, 'compare'), { status: 'succeeded', counts: { unchanged: 3, gone: 0, inactivated: 0 } })
  })
}

for (const odd of ['noName', 'noId', 'nullId', 'nullRecord'] as const) {
  t.test(`a record with ${odd} is set aside with reason and payload, and the rest comes`, async t => {
    const { host, run, id } = await firstRun(t, odd)
    t.match(run.counts, { read: 3, created: 2, setAside: 1 })
    const [reject, ...others] = await host.all(`/v1/runs/${run.id}/rejects`)
    t.same(others, [])
    t.match(reject, { reason: odd === 'noName' ? /has no name/ : /has no id that can be used/ })
    t.equal(await clientOf(host), undefined)

    t.match(await host.run(id, 'compare'), { status: 'succeeded', counts: { read: 3, setAside: 1, gone: 0 } })
  })
}

t.test('a client whose record turns odd is not taken away for it', async t => {
  const host = await openWholeHost(t)
  const { id } = await host.install('active-customers')
  const before = await clientOf(host)
  const spell = host.vendor.fail({ kind: 'oddRecord', id: 1, odd: 'noName' })
  t.match(await host.run(id, 'compare'), { counts: { setAside: 1, gone: 0, inactivated: 0 } })
  t.match(await clientOf(host), { status: 'active', name: before.name, updatedAt: before.updatedAt })
  spell.clear()
  t.match(await host.run(id, 'compare'), { counts: { setAside: 0, unchanged: 3 } })
})

t.test('a name that is a script, an operator or a prototype is a name', async t => {
  const host = await openWholeHost(t)
  const names = ['<script>alert(1)</script>', '{"$gt":""}', '__proto__', "'; DROP TABLE clients; --", '=1+1']
  for (const name of names) host.vendor.addCompany({ name })
  const { id } = await host.install('active-customers')
  t.match((await host.call('GET', `/v1/installations/${id}`)).body, { counts: { active: 3 + names.length } })
  const stored = (await host.all('/v1/clients')).map(({ name }) => name)
  t.same(
    names.filter(name => !stored.includes(name)),
    []
  )
})

t.test('one record that makes its whole page a 500 is found by smaller pages, and the rest comes', async t => {
  const vendor = await startVendor(t, { account: bigAccount({ companies: 1400, contactsPerCompany: 0 }) })
  const bad = activeCustomersOf(vendor)[517]!
  const spell = vendor.fail({ kind: 'badRecord', companyId: Number(bad.id) })
  const host = await openWholeHost(t, { vendor })
  const { id } = await host.install('active-customers')
  const { lastRun } = (await host.call('GET', `/v1/installations/${id}`)).body
  const expected = activeCustomersOf(vendor).length
  t.match(lastRun, { status: 'succeeded', counts: { read: expected, created: expected - 1, setAside: 1 } })
  t.ok(lastRun.source.requests < 60, `${lastRun.source.requests} requests`)
  t.match(await host.all(`/v1/runs/${lastRun.id}/rejects`), [{ externalId: bad.id, reason: /cannot be sent/ }])
  t.equal(await clientOf(host, bad.id), undefined)

  spell.clear()
  t.match(await host.run(id, 'compare'), { counts: { created: 1, setAside: 0, unchanged: expected - 1 } })
  t.match(await clientOf(host, bad.id), { name: bad.name, status: 'active' })
})
