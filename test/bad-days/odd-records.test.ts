import t, { type Test } from 'tap'
import type { Oddity } from '../doubles/connectwise/index.ts'
import type { Distortion } from '../doubles/kit/index.ts'
import { kinds } from '../vendors/every.ts'
import type { TestVendor, VendorKind } from '../vendors/vendor.ts'
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
  numericStrings: { status: 'active', sources: [{ externalId: '1' }] }
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

/** Of the company that is an active customer in every tiny account. */
const customerOf = async ({ all, vendor }: WholeHost<TestVendor>) =>
  (await all(`/v1/clients?externalId=${vendor.known.customer}`))[0]

async function withOdd(t: Test, kind: VendorKind, odd: Distortion) {
  const host = await openWholeHost(t, { vendor: await kind.start(t) })
  const id = Number(host.vendor.known.customer)
  const spell = host.vendor.fail({ kind: 'oddRecord', table: kind.endpoints.companies, id, odd })
  const installed = await host.install(kind.customers)
  const run = (await host.call('GET', `/v1/installations/${installed.id}`)).body.lastRun
  t.equal(run.status, 'succeeded')
  return { host, run, spell, id: installed.id, all: host.vendor.oracle.customers().length }
}

for (const kind of kinds) {
  const { name } = kind.fields
  const kept: Record<string, { odd: Distortion; expected: object }> = {
    'a name of ten thousand letters': {
      odd: record => ({ ...record, [name]: 'N'.repeat(10_000) }),
      expected: { name: 'N'.repeat(10_000) }
    },
    'a name of many scripts': {
      odd: record => ({ ...record, [name]: 'Ĳssel & Søn 東京 👩‍🔧 \u202Eevil\u0000 "quoted" <b>' }),
      expected: { name: /^Ĳssel & Søn 東京 👩‍🔧 .*"quoted" <b>$/su }
    },
    'a field that no document names': {
      odd: record => ({ ...record, newInTheNextRelease: { nested: [1, 2, 3] } }),
      expected: { status: 'active' }
    }
  }
  for (const [what, { odd, expected }] of Object.entries(kept)) {
    t.test(`fault 19, ${kind.title}: a record with ${what} becomes a client like the others`, async t => {
      const { host, run, id, all } = await withOdd(t, kind, odd)
      t.match(run.counts, { created: all, setAside: 0 })
      t.match(await customerOf(host), expected)
      t.match(await host.run(id), { status: 'succeeded', counts: { created: 0, updated: 0, setAside: 0 } })
      t.match(await host.run(id, 'compare'), { status: 'succeeded', counts: { unchanged: all, gone: 0 } })
    })
  }

  const unusable: Record<string, { odd: Distortion; reason: RegExp }> = {
    'no name': { odd: ({ [name]: _, ...record }) => record as never, reason: /has no name/ },
    'no id': { odd: ({ id: _, ...record }) => record, reason: /has no id that can be used/ },
    'an id that is null': { odd: record => ({ ...record, id: null }), reason: /has no id that can be used/ },
    'nothing at all': { odd: () => null, reason: /has no id that can be used/ }
  }
  for (const [what, { odd, reason }] of Object.entries(unusable)) {
    t.test(
      `fault 19, ${kind.title}: a record with ${what} is set aside with reason and payload, and the rest comes`,
      async t => {
        const { host, run, id, all } = await withOdd(t, kind, odd)
        t.match(run.counts, { created: all - 1, setAside: 1 })
        const [reject, ...others] = await host.all(`/v1/runs/${run.id}/rejects`)
        t.same(others, [])
        t.match(reject, { reason })
        t.equal(await customerOf(host), undefined)
        t.match(await host.run(id, 'compare'), { status: 'succeeded', counts: { setAside: 1, gone: 0 } })
      }
    )
  }

  t.test(`fault 19, ${kind.title}: a client whose record turns odd is not taken away for it`, async t => {
    const host = await openWholeHost(t, { vendor: await kind.start(t) })
    const { id } = await host.install(kind.customers)
    const before = await customerOf(host)
    const spell = host.vendor.fail({
      kind: 'oddRecord',
      table: kind.endpoints.companies,
      id: Number(host.vendor.known.customer),
      odd: record => ({ ...record, [name]: null })
    })
    t.match(await host.run(id, 'compare'), { counts: { setAside: 1, gone: 0, inactivated: 0 } })
    t.match(await customerOf(host), { status: 'active', name: before.name, updatedAt: before.updatedAt })
    spell.clear()
    t.match(await host.run(id, 'compare'), { counts: { setAside: 0, updated: 0 } })
  })

  t.test(`a name of ${kind.title} that is a script, an operator or a prototype is a name`, async t => {
    const host = await openWholeHost(t, { vendor: await kind.start(t) })
    const names = ['<script>alert(1)</script>', '{"$gt":""}', '__proto__', "'; DROP TABLE clients; --", '=1+1']
    for (const name of names) host.vendor.people.addCustomer(name)
    const { id } = await host.install(kind.customers)
    const active = host.vendor.oracle.customers().length
    t.match((await host.call('GET', `/v1/installations/${id}`)).body, { counts: { active } })
    const stored = (await host.all('/v1/clients')).map(({ name }) => name)
    t.same(
      names.filter(name => !stored.includes(name)),
      []
    )
  })

  t.test(
    `one record of ${kind.title} that makes its page a 500 is found by smaller pages, and the rest comes`,
    async t => {
      const vendor = await kind.start(t, { account: { big: 1400 } })
      const customers = vendor.oracle.customers()
      const bad = customers[517]!
      const spell = vendor.fail({ kind: 'badRecord', table: kind.endpoints.companies, id: Number(bad.externalId) })
      const host = await openWholeHost(t, { vendor })
      const { id } = await host.install(kind.customers)
      const { lastRun } = (await host.call('GET', `/v1/installations/${id}`)).body
      const { length } = customers
      t.match(lastRun, { status: 'succeeded', counts: { created: length - 1, setAside: 1 } })
      t.ok(lastRun.source.requests < 60, `${lastRun.source.requests} requests`)
      t.match(await host.all(`/v1/runs/${lastRun.id}/rejects`), [
        { externalId: bad.externalId, reason: /cannot be sent/ }
      ])
      const clientOfBad = async () => (await host.all(`/v1/clients?externalId=${bad.externalId}`))[0]
      t.equal(await clientOfBad(), undefined)

      spell.clear()
      t.match(await host.run(id, 'compare'), { counts: { created: 1, setAside: 0, unchanged: length - 1 } })
      t.match(await clientOfBad(), { name: bad.name, status: 'active' })
    }
  )
}
