import t from 'tap'
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

t.test('fault 18: a compare that would take away more than a fifth waits, and approved it is applied', async t => {
  const vendor = await startVendor(t)
  const added = Array.from({ length: 7 }, (_, number) => vendor.addCompany({ name: `Extra ${number}` }).id as number)
  const host = await openWholeHost(t, { vendor })
  const { id } = await host.install('active-customers')
  for (const company of added.slice(0, 3)) vendor.purgeCompany(company)

  const held = await host.run(id, 'compare')
  t.match(held, { status: 'awaiting-approval', error: { code: 'HOST_ERR_SWEEP_HELD' }, counts: { gone: 0 } })
  t.match((await host.call('GET', `/v1/installations/${id}`)).body, {
    status: 'awaiting-approval',
    statusReason: /3 of 10/,
    counts: { active: 10, gone: 0 }
  })
  t.equal((await host.call('POST', `/v1/installations/${id}/sync`)).status, 409)

  t.equal((await host.call('POST', `/v1/installations/${id}/approve`)).status, 200)
  const after = await host.until(`/v1/installations/${id}`, ({ lastRun }) => lastRun.id !== held.id)
  t.match(after, { status: 'running', lastRun: { status: 'succeeded', counts: { gone: 3 } } })
  t.match((await host.settled(id)).counts, { active: 7, gone: 3 })
})

t.test('fault 18: a compare approved for some waits again if meanwhile more are missing', async t => {
  const host = await openWholeHost(t)
  const { id } = await host.install('active-customers')
  host.vendor.purgeCompany(1)
  t.match(await host.run(id, 'compare'), { status: 'awaiting-approval' })
  host.vendor.purgeCompany(7)
  await host.call('POST', `/v1/installations/${id}/approve`)
  const { statusReason } = await host.until(`/v1/installations/${id}`, ({ approval }) => approval?.removals === 2)
  t.match(statusReason, /2 of 3/)
  t.match((await host.settled(id)).counts, { active: 3, gone: 0 })
})
