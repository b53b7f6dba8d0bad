import t, { type Test } from 'tap'
import { canaries, startVendor } from './vendor.ts'
import { bytesOf, openWholeHost } from './whole-host.ts'

const holds = (bytes: Buffer, text: string) =>
  bytes.includes(text) || bytes.includes(Buffer.from(text).toString('base64'))

t.test(
  'stopped nothing comes, started it goes on; uninstalled everything stays, reinstalled it needs no credentials',
  async t => {
    const host = await openWholeHost(t)
    const { vendor, call, all } = host
    const { id, connectionId } = await host.install('active-customers')
    const change = async (wish: string) => (await call('POST', `/v1/installations/${id}/${wish}`)).body
    const caughtUp = async (name: string) => {
      await host.until(`/v1/clients?search=${name}`, ({ items }) => items.length === 1)
      await host.settled(id)
    }

    for (const [off, on, name] of [
      ['stop', 'start', 'Stopped'],
      ['uninstall', 'reinstall', 'Uninstalled']
    ] as const) {
      const before = await all('/v1/clients')
      t.match(await change(off), { status: name.toLowerCase(), nextRunAt: null })
      vendor.addCompany({ name: `${name} Meanwhile` })
      vendor.resetLog()
      t.match(await call('POST', `/v1/installations/${id}/sync`), {
        status: 409,
        body: { code: 'HOST_ERR_TRANSITION' }
      })
      // Longer than a tick.
      await new Promise(resolve => setTimeout(resolve, 1500))
      t.equal(vendor.requests.length, 0)
      t.same(await all('/v1/clients'), before, 'what was synced stays as it was')
      t.equal((await all('/v1/connections'))[0].id, connectionId)
      const [card] = (await call('GET', '/v1/integrations/connectwise')).body.syncTypes
      t.match(card.installation, off === 'stop' ? { id, status: 'stopped' } : null)
      t.match(await change(on), { status: 'running' })
      await caughtUp(name)
    }
    t.match((await call('GET', `/v1/installations/${id}`)).body.lastRun, { mode: 'compare', status: 'succeeded' })
  }
)

t.test(
  'erasing one sync type leaves what the other owns; erasing the last leaves no byte of the credentials',
  async t => {
    const host = await openWholeHost(t)
    const { call, all } = host
    const { ids } = await host.install('active-customers', 'active-agreements')
    const [customers, agreements] = ids as [string, string]
    const runs = (await all(`/v1/installations/${customers}/runs`)).map(({ id }) => id)
    t.match((await all('/v1/clients?externalId=1'))[0], { emails: [{}], agreementCount: 4, address: {} })

    t.equal((await call('DELETE', `/v1/installations/${customers}`)).status, 204)
    t.equal((await call('GET', `/v1/installations/${customers}`)).status, 404)
    for (const run of runs) t.equal((await call('GET', `/v1/runs/${run}`)).status, 404)
    const left = (await all('/v1/clients?externalId=1'))[0]
    t.match(left, { name: /./, emails: [], phones: [], websites: [], address: null, agreementCount: 4 })
    t.equal((await all('/v1/connections')).length, 1)
    t.match(await host.run(agreements), { status: 'succeeded' })

    const sealed = (await host.host.store.connections.get('acme', (await all('/v1/connections'))[0].id))!.sealed
    const ciphertexts = [...JSON.stringify(sealed).matchAll(/"([A-Za-z0-9+/_=-]{24,})"/g)].map(([, text]) => text!)
    t.ok(ciphertexts.length >= 5)
    t.ok(ciphertexts.some(text => bytesOf(host.dataDir).includes(text)))

    t.equal((await call('DELETE', `/v1/installations/${agreements}`)).status, 204)
    for (const list of ['/v1/connections', '/v1/installations', '/v1/clients', '/v1/agreements'])
      t.same(await all(list), [])
    const bytes = bytesOf(host.dataDir)
    for (const secret of canaries) t.notOk(holds(bytes, secret))
    t.notOk(
      ciphertexts.some(text => bytes.includes(text)),
      'not even sealed, in database and write-ahead log'
    )
  }
)

/** Twelve clients, of which a compare finds five gone: more than a fifth, and as many as the floor. */
async function fiveHeld(t: Test) {
  const vendor = await startVendor(t)
  const added = Array.from({ length: 9 }, (_, number) => vendor.addCompany({ name: `Extra ${number}` }).id as number)
  const host = await openWholeHost(t, { vendor })
  const { id } = await host.install('active-customers')
  for (const company of added.slice(0, 5)) vendor.purgeCompany(company)
  const run = await host.run(id, 'compare')
  t.match(run, { status: 'succeeded', counts: { gone: 0, held: 5 }, took: {} })
  const url = `/v1/installations/${id}`
  return { host, vendor, added, id, url, waiting: (await host.call('GET', url)).body }
}

t.test('fault 18: what a compare would take away waits if it is more than a fifth, and goes when approved', async t => {
  const { host, id, url, waiting } = await fiveHeld(t)
  t.match(waiting, {
    status: 'awaiting-approval',
    statusReason: /^5 clients would be taken away; nothing was/,
    counts: { active: 12, gone: 0 },
    hold: { kinds: { clients: { held: 5, of: 12 } } }
  })
  t.match(await host.run(id, 'sync'), { status: 'succeeded', counts: { held: 5 } }, 'syncing goes on')

  const { revision } = (await host.call('GET', `${url}/losses`)).body
  t.equal((await host.call('POST', `${url}/losses/approve`, { revision })).status, 200)
  const after = await host.until(url, ({ hold, currentRun }) => hold === null && currentRun === null)
  t.match(after, { status: 'running', counts: { active: 7, gone: 5 } })
})

t.test(
  'fault 18: an approval is of what was seen: if more is missing by then it is refused, and nothing goes',
  async t => {
    const { host, vendor, added, id, url, waiting } = await fiveHeld(t)
    const { revision } = waiting.hold
    vendor.purgeCompany(added[5]!)
    t.match(await host.run(id, 'compare'), { counts: { held: 6 } })
    const late = await host.call('POST', `${url}/losses/approve`, { revision })
    t.match(late, { status: 409, body: { code: 'HOST_ERR_LOSSES_CHANGED' } })
    t.ok(late.body.revision > revision)
    t.match((await host.settled(id)).counts, { active: 12, gone: 0 })
    await host.call('POST', `${url}/losses/approve`, { revision: late.body.revision })
    const after = await host.until(url, ({ hold, currentRun }) => hold === null && currentRun === null)
    t.match(after.counts, { active: 6, gone: 6 })
  }
)
