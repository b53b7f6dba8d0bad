import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { demoAccount } from '../doubles/connectwise/index.ts'
import { startVendor } from './vendor.ts'
import { openWholeHost } from './whole-host.ts'

/** Every column of every client and what is indexed of it. */
function clientRows(dataDir: string): string {
  const sqlite = new DatabaseSync(`${dataDir}/host.db`, { readOnly: true })
  // A virtual table cannot be read whole; the tables that it lies in are listed beside it.
  const real = "type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
  const tables = sqlite.prepare(`SELECT name FROM sqlite_schema WHERE ${real} AND name LIKE 'client%'`).all()
  const rows = tables.map(({ name }) => sqlite.prepare(`SELECT * FROM "${name}"`).all())
  sqlite.close()
  return JSON.stringify(rows)
}

t.test(
  'a tick in which nothing changed costs one request for each endpoint watched and a look at additions, and writes no record',
  async t => {
    const host = await openWholeHost(t, { vendor: await startVendor(t, { account: demoAccount(7, 60) }) })
    const installed = await host.install('active-customers', 'active-agreements')
    const before = clientRows(host.dataDir)
    t.ok(before.length > 10_000)
    const companies = { '/company/companies': 1 }
    const asked = [
      { ...companies, '/company/contacts': 1 },
      { ...companies, '/finance/agreements': 1, '/system/bundles': 1 }
    ]
    for (const [index, id] of installed.ids.entries()) {
      host.vendor.resetLog()
      const run = await host.run(id)
      t.match(run, {
        mode: 'incremental',
        status: 'succeeded',
        counts: { read: 0, created: 0, updated: 0 },
        source: { requests: Object.keys(asked[index]!).length }
      })
      t.same(host.vendor.requestCounts(), asked[index])
    }
    t.equal(clientRows(host.dataDir), before)
  }
)

t.test('a compare that finds everything as it was writes no record', async t => {
  const host = await openWholeHost(t, { vendor: await startVendor(t, { account: demoAccount(7, 60) }) })
  const installed = await host.install('active-customers', 'active-agreements')
  const before = clientRows(host.dataDir)
  for (const id of installed.ids) {
    const { status, counts, source, reconciliation } = await host.run(id, 'compare')
    t.equal(status, 'succeeded')
    t.match(counts, { created: 0, updated: 0, inactivated: 0, gone: 0, setAside: 0 })
    t.equal(counts.read, counts.unchanged + counts.leftOut)
    t.equal(source.count, host.vendor.oracle.customers().length)
    const explained = reconciliation.differences.reduce((sum: number, { count }: { count: number }) => sum + count, 0)
    t.equal(reconciliation.source - explained, reconciliation.store)
  }
  t.equal(clientRows(host.dataDir), before)
})

t.test('what is due comes by itself, and never two runs of one installation at once', async t => {
  const host = await openWholeHost(t, { env: { SYNC_EVERY: '1s' } })
  const { id } = await host.install('active-customers')
  host.vendor.addCompany({ name: 'Came by Itself' })
  await host.until('/v1/clients?search=Came', ({ items }) => items.length === 1)
  // A run that finds something has a receipt of its own.
  let seen = 0
  const own = (items: any[]) => items.filter(({ runs }) => runs === 1)
  await host.until(`/v1/installations/${id}/runs`, ({ items }) => {
    if (own(items).length > seen) host.vendor.addCompany({ name: `Came Later ${++seen}` })
    return own(items).length >= 5
  })
  await host.call('POST', `/v1/installations/${id}/stop`)
  const runs = own(await host.all(`/v1/installations/${id}/runs`)).toSorted((a, b) =>
    a.startedAt.localeCompare(b.startedAt)
  )
  for (const [index, run] of runs.slice(1).entries()) t.ok(runs[index].endedAt <= run.startedAt)
})
