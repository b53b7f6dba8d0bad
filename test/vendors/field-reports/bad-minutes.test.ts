/** Field reports D: the vendor's bad minutes. Every row that is not one vendor's alone, with every vendor. */
import t from 'tap'
import { installOver, openWholeHost } from '../../bad-days/whole-host.ts'
import { kinds } from '../every.ts'
import { belongings, clientOf, installationOf, liveAgreements, openSynced, type Synced } from './synced.ts'

t.jobs = 3

/** As when its time has come. */
async function becomeDue({ host }: Synced, id: string): Promise<void> {
  const { store, dispatcher } = host.host
  for (;;) {
    const { rev } = (await store.installations.get('acme', id))!
    if (await store.installations.tryUpdate('acme', id, rev, { dueInMs: 0 })) break
  }
  await dispatcher.tick()
}

/** Until a run of the customers has succeeded again. */
const goesOn = ({ host, customers }: Synced) =>
  host.until(
    `/v1/installations/${customers}`,
    ({ status, currentRun, lastRun }) => status === 'running' && !currentRun && lastRun.status === 'succeeded'
  )

for (const kind of kinds) {
  t.test(`field report D1, ${kind.title}: one refusal of keys that have worked`, async t => {
    let laterMs = 0
    const synced = await openSynced(t, kind, {}, () => new Date(Date.now() + laterMs))
    const { host, vendor, customers, agreements } = synced
    const before = await belongings(synced)
    const refusal = vendor.fail({ kind: 'status', status: 401, body: '', times: kind.locksAccounts ? Infinity : 1 })
    t.match(await host.run(customers), { status: 'failed', error: { code: 'HOST_ERR_CREDENTIALS_REJECTED' } })
    const stopped = await installationOf(synced, customers)
    t.equal(stopped.status, 'needs-attention')
    t.match(await installationOf(synced, agreements), { status: 'needs-attention' }, 'it is the connection’s')
    const sent = vendor.requests.filter(({ status }) => status === 401).length
    t.ok(sent <= 2, `${sent} refused calls`)
    refusal.clear()
    if (kind.locksAccounts) {
      vendor.resetLog()
      laterMs = 15 * 60_000
      await becomeDue(synced, customers)
      await host.settled(customers)
      t.match(await installationOf(synced, customers), { status: 'needs-attention' })
      t.equal(vendor.requests.length, 0, 'this vendor locks its users: a person has to look')
      const { [vendor.secretField]: secret } = vendor.credentials
      const typed = { credentials: { [vendor.secretField]: secret } }
      t.equal((await host.call('PATCH', `/v1/connections/${synced.connectionId}`, typed)).status, 200)
    } else {
      t.ok(Date.parse(stopped.nextRunAt) - Date.now() < 15 * 60_000, 'a second look comes by itself, spaced')
      laterMs = 15 * 60_000
      await becomeDue(synced, customers)
    }
    await goesOn(synced)
    t.strictSame(await belongings(synced), before)
  })

  t.test(`field report D2, ${kind.title}: seconds of 404 everywhere stop nothing for good`, async t => {
    let laterMs = 0
    const synced = await openSynced(t, kind, {}, () => new Date(Date.now() + laterMs))
    const { host, vendor, customers } = synced
    const before = await belongings(synced)
    const outage = vendor.fail({ kind: 'status', status: 404, body: '' })
    const { body } = await host.call('POST', `/v1/installations/${customers}/compare`)
    await host.until(`/v1/runs/${body.runId}`, ({ status }) => status === 'failed')
    await host.settled(customers)
    t.strictSame(await belongings(synced), before)
    outage.clear()
    t.ok((await installationOf(synced, customers)).nextRunAt, 'it is tried again by itself')
    laterMs = 15 * 60_000
    await becomeDue(synced, customers)
    await goesOn(synced)
    t.strictSame(await belongings(synced), before)
  })

  t.test(`field report D3, ${kind.title}: a count that never fits what is listed`, async t => {
    const synced = await openSynced(t, kind)
    const { host, vendor, customers } = synced
    vendor.fail({ kind: 'count', add: 1, endpoint: kind.endpoints.companies })
    const before = await belongings(synced)
    for (let pass = 1; pass <= 3; pass++) {
      await host.run(customers, 'compare')
      vendor.people.rename(vendor.known.customer, `Renamed ${pass}`)
      t.match(await host.run(customers), { mode: 'incremental', status: 'succeeded' }, 'polls never wait for a pass')
      t.match(await clientOf(synced, vendor.known.customer), { name: `Renamed ${pass}` })
    }
    const run = await host.run(customers, 'compare')
    t.match(run, { status: 'succeeded', took: {} })
    const { misfits, status } = await installationOf(synced, customers)
    t.equal(status, 'running')
    t.ok(misfits.count >= 3 && misfits.detail, 'and it says so')
    t.strictSame((await belongings(synced)).clients, before.clients)
  })

  t.test(`field report D4, ${kind.title}: one child that is refused keeps nothing else from moving`, async t => {
    const synced = await openSynced(t, kind)
    const { host, vendor, agreements } = synced
    const before = await belongings(synced)
    const id = vendor.people.addAgreement(vendor.known.customer, 'Refused', 10_000)
    vendor.people.costEdits[kind.moreOf]!(id)
    await host.run(agreements)
    const [{ overallCost }] = (await liveAgreements(synced, id)) as [any]
    vendor.fail({
      kind: 'badRecord',
      table: kind.endpoints.lines,
      id: vendor.lineOf(id),
      status: kind.refusesOneBy
    })
    vendor.people.renameAgreement(id, 'Goes on')
    for (const mode of ['sync', 'compare'] as const)
      t.match(await host.run(agreements, mode), { status: 'succeeded', took: {} }, mode)
    t.match(await liveAgreements(synced, id), [{ contractName: 'Goes on', overallCost, status: 'active' }])
    t.strictSame((await belongings(synced)).clients, before.clients)
  })

  t.test(`field report D6, ${kind.title}: a Date header of 2001 makes no tick read the whole account`, async t => {
    const { host, vendor, customers, agreements } = await openSynced(t, kind, { account: 60 })
    const quiet = async (id: string) => {
      vendor.resetLog()
      t.match(await host.run(id), { status: 'succeeded', counts: { read: 0 } })
      return vendor.requests.length
    }
    for (const id of [customers, agreements]) {
      const usual = await quiet(id)
      const wrong = vendor.fail({ kind: 'date', at: 'Mon, 01 Jan 2001 00:00:00 GMT' })
      for (let tick = 0; tick < 2; tick++) t.ok((await quiet(id)) <= usual)
      wrong.clear()
      t.equal(await quiet(id), usual)
    }
  })

  t.test(
    `field report D7, ${kind.title}: eight runs that hang on this vendor keep no tenant of another one waiting`,
    async t => {
      const hanging = await Promise.all([1, 2, 3, 4].map(() => kind.start(t)))
      const [other] = kinds.filter(one => one !== kind)
      const vendor = await other!.start(t)
      const allow = [...hanging, vendor].map(one => one.allow).join()
      const host = await openWholeHost(t, { vendor, env: { OUTBOUND_ALLOW: allow } })
      const { endpoints, customers, agreements } = kind
      for (const one of hanging) {
        // Beyond what validate asks, so that only runs hang.
        one.fail({ kind: 'hang', endpoint: endpoints.companies, operation: 'list', pageSizeFrom: kind.fullPage })
        await installOver(host, one, [customers, agreements])
      }
      const underWay = async () => {
        const { items } = (await host.call('GET', '/v1/installations')).body
        return items.flatMap(({ currentRun }: any) => currentRun?.id ?? [])
      }
      await host.until('/v1/installations', ({ items }) => items.some(({ currentRun }: any) => currentRun))
      const before = await underWay()
      const installed = await installOver(host, vendor, [other!.customers], 'another')
      const { lastRun } = await host.until(
        `/v1/installations/${installed.id}`,
        ({ lastRun }) => lastRun !== null,
        'another'
      )
      t.match(lastRun, { status: 'succeeded' })
      const after = new Set(await underWay())
      t.ok(before.length > 0 && before.every((id: string) => after.has(id)), 'and no run that hangs had to end for it')
    }
  )
}
