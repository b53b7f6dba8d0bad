import t, { type Test } from 'tap'
import { kinds } from '../vendors/every.ts'
import type { VendorKind } from '../vendors/vendor.ts'
import { bytesOf, openWholeHost } from './whole-host.ts'

const holds = (bytes: Buffer, text: string) =>
  bytes.includes(text) || bytes.includes(Buffer.from(text).toString('base64'))

for (const kind of kinds)
  t.test(
    `erasing one sync type of ${kind.title} leaves what the other owns; erasing the last leaves no byte of the credentials`,
    async t => {
      const host = await openWholeHost(t, { vendor: await kind.start(t) })
      const { call, all, vendor } = host
      const { ids } = await host.install(kind.customers, kind.agreements)
      const [customers, agreements] = ids as [string, string]
      const runs = (await all(`/v1/installations/${customers}/runs`)).map(({ id }) => id)
      const known = `/v1/clients?externalId=${vendor.known.customer}`
      const [{ agreementCount }] = (await all(known)) as [any]
      t.match((await all(known))[0], { emails: [{}], address: {} })
      t.ok(agreementCount > 1)

      t.equal((await call('DELETE', `/v1/installations/${customers}`)).status, 204)
      t.equal((await call('GET', `/v1/installations/${customers}`)).status, 404)
      for (const run of runs) t.equal((await call('GET', `/v1/runs/${run}`)).status, 404)
      const [left] = await all(known)
      t.match(left, { name: /./, emails: [], phones: [], websites: [], address: null, agreementCount })
      t.equal((await all('/v1/connections')).length, 1)
      t.match(await host.run(agreements), { status: 'succeeded' })

      const sealed = (await host.host.store.connections.get('acme', (await all('/v1/connections'))[0].id))!.sealed
      const ciphertexts = [...JSON.stringify(sealed).matchAll(/"([A-Za-z0-9+/_=-]{24,})"/g)].map(([, text]) => text!)
      t.ok(ciphertexts.length >= 4)
      t.ok(ciphertexts.some(text => bytesOf(host.dataDir).includes(text)))

      t.equal((await call('DELETE', `/v1/installations/${agreements}`)).status, 204)
      for (const list of ['/v1/connections', '/v1/installations', '/v1/clients', '/v1/agreements'])
        t.same(await all(list), [])
      const bytes = bytesOf(host.dataDir)
      for (const secret of vendor.secrets) t.notOk(holds(bytes, secret))
      t.notOk(
        ciphertexts.some(text => bytes.includes(text)),
        'not even sealed, in database and write-ahead log'
      )
    }
  )

/** More than a fifth of the clients, and as many as the floor, are gone at the vendor without a word. */
async function fiveHeld(t: Test, kind: VendorKind) {
  const vendor = await kind.start(t)
  const added = Array.from({ length: 9 }, (_, number) => vendor.people.addCustomer(`Extra ${number}`))
  const all = vendor.oracle.customers().length
  const host = await openWholeHost(t, { vendor })
  const { id } = await host.install(kind.customers)
  for (const company of added.slice(0, 5)) vendor.people.removeCompany(company)
  const run = await host.run(id, 'compare')
  t.match(run, { status: 'succeeded', counts: { gone: 0, held: 5 }, took: {} })
  const url = `/v1/installations/${id}`
  return { host, vendor, added, all, id, url, waiting: (await host.call('GET', url)).body }
}

for (const kind of kinds) {
  t.test(
    `fault 18, ${kind.title}: what a compare would take away waits if it is more than a fifth, and goes when approved`,
    async t => {
      const { host, id, url, all, waiting } = await fiveHeld(t, kind)
      t.match(waiting, {
        status: 'awaiting-approval',
        statusReason: /^5 clients would be taken away; nothing was/,
        counts: { active: all, gone: 0 },
        hold: { kinds: { clients: { held: 5, of: all } } }
      })
      t.match(await host.run(id, 'sync'), { status: 'succeeded', counts: { held: 5 } }, 'syncing goes on')

      const { revision } = (await host.call('GET', `${url}/losses`)).body
      t.equal((await host.call('POST', `${url}/losses/approve`, { revision })).status, 200)
      const after = await host.until(url, ({ hold, currentRun }) => hold === null && currentRun === null)
      t.match(after, { status: 'running', counts: { active: all - 5, gone: 5 } })
    }
  )

  t.test(
    `fault 18, ${kind.title}: an approval is of what was seen: if more is missing by then it is refused, and nothing goes`,
    async t => {
      const { host, vendor, added, all, id, url, waiting } = await fiveHeld(t, kind)
      const { revision } = waiting.hold
      vendor.people.removeCompany(added[5]!)
      t.match(await host.run(id, 'compare'), { counts: { held: 6 } })
      const late = await host.call('POST', `${url}/losses/approve`, { revision })
      t.match(late, { status: 409, body: { code: 'HOST_ERR_LOSSES_CHANGED' } })
      t.ok(late.body.revision > revision)
      t.match((await host.settled(id)).counts, { active: all, gone: 0 })
      await host.call('POST', `${url}/losses/approve`, { revision: late.body.revision })
      const after = await host.until(url, ({ hold, currentRun }) => hold === null && currentRun === null)
      t.match(after.counts, { active: all - 6, gone: 6 })
    }
  )
}
