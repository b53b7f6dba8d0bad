import t, { type Test } from 'tap'
import { errors } from '../../../plugins/errors.ts'
import type { Store } from '../../../plugins/storage/port.ts'
import { openWorkbench, type Workbench } from './workbench.ts'

/** Companies 1 to `companies`, each with agreement `10 × id`, read once, so long ago that no poll looks back so far. */
async function account(t: Test, companies: number) {
  const bench = await openWorkbench(t)
  const { ledger } = bench
  for (let id = 1; id <= companies; id++) {
    ledger.put(id)
    ledger.agreement(id * 10, id)
  }
  const id = await bench.install('contracts')
  await bench.run(id)
  await bench.run(id, { afterMs: 3 * 24 * 3600_000 })
  return { bench, ledger, id }
}

const live = async (bench: Workbench, client: number) =>
  (await bench.client(client)).agreements.filter(({ status }) => status !== 'gone').map(({ externalId }) => externalId)

async function approve(bench: Workbench, id: string) {
  const { hold, rev } = await bench.installation(id)
  const decision = { verdict: 'approve', revision: hold!.revision, kinds: null, by: 'a person', at: 'now' } as const
  await bench.store.installations.tryUpdate(bench.tenant, id, rev, { hold: { ...hold!, decision } })
}

/** Without a new time, as a merge does it: only a pass sees it. */
function give(ledger: Workbench['ledger'], agreement: number, company: number): void {
  ledger.agreements.get(agreement)!.company = company
}

t.test(
  'agreements that moved and wait for a person open at their new clients with the run that lets them go',
  async t => {
    const { bench, ledger, id } = await account(t, 20)
    for (let from = 1; from <= 10; from++) ledger.agreement(from * 10, from + 10)
    const [poll] = await bench.run(id)
    t.match(poll, { counts: { held: 10 } })
    t.same(await live(bench, 11), ['110'], 'as long as it waits, the agreement stays where it was')
    t.same(await live(bench, 1), ['10'])
    const [quiet] = await bench.run(id)
    t.equal(quiet!.counts.read, 0, 'and no poll reads again who waits for it')

    await approve(bench, id)
    const [decided] = await bench.run(id)
    t.match(decided, { took: { agreements: 10, clients: 10 } })
    for (let to = 11; to <= 20; to++) t.same(await live(bench, to), [`${(to - 10) * 10}`, `${to * 10}`].sort())
    t.same(await bench.rows(id), [])
  }
)

t.test('a client that two others each have an agreement of loses both', async t => {
  const { bench, ledger, id } = await account(t, 12)
  ledger.agreement(111, 12)
  ledger.agreement(112, 12)
  await bench.run(id)
  await bench.run(id, { afterMs: 3 * 24 * 3600_000 })
  give(ledger, 111, 1)
  give(ledger, 112, 2)
  const [, pass] = await bench.run(id, { compare: true })
  t.match(pass, { took: { agreements: 2 } })
  t.same(await live(bench, 1), ['10', '111'])
  t.same(await live(bench, 2), ['112', '20'])
  t.same(await live(bench, 12), ['120'])
  t.match(await bench.part(12, id), { open: [] })
  t.same(await bench.rows(id), [])
})

t.test(
  'what belonged to a company that was merged away is its survivor’s by the end of the pass that sees it',
  async t => {
    for (const [merged, survivor] of [
      [3, 7],
      [7, 3]
    ] as const) {
      const { bench, ledger, id } = await account(t, 12)
      give(ledger, merged * 10, survivor)
      ledger.companies.get(merged)!.deleted = true
      const [, pass] = await bench.run(id, { compare: true })
      t.match(pass, { counts: { gone: 1 } })
      t.same(await live(bench, survivor), [merged, survivor].map(one => `${one * 10}`).sort())
      t.match(await bench.client(merged), { status: 'gone' })
      t.same(await bench.rows(id), [])
    }
  }
)

t.test('a row of losses whose client was cut off before it was written goes with the next look', async t => {
  const { bench, ledger, id } = await account(t, 12)
  const { store } = bench
  const { clients } = store
  ledger.remove(3)
  ledger.companies.get(4)!.status = 'Lost'
  /** As a store that has no transactions: rows of losses first, and then the process is gone. */
  const write: Store['clients']['write'] = async (lease, page) => {
    if (page.losses.length === 0) return clients.write(lease, page)
    await clients.write(lease, { ...page, clients: [], settled: [], progress: null })
    throw new errors.HOST_ERR_STORE_UNAVAILABLE({ cause: new Error('gone') })
  }
  await t.rejects(bench.run(id, { compare: true, store: { ...store, clients: { ...clients, write } } }))
  t.equal((await bench.rows(id)).length, 2)
  const { rev } = await bench.installation(id)
  await store.installations.tryUpdate(bench.tenant, id, rev, { fence: true })
  ledger.put(3)
  ledger.put(4, { status: 'Active' })
  await bench.run(id, { compare: true })
  t.same(await bench.rows(id), [])
})

t.test('a process that stood still while its receipt was written leaves none open', async t => {
  const { bench, id } = await account(t, 3)
  const { store } = bench
  const { installations, runs } = store
  /** It loses its lease before the receipt comes to the store. */
  const insert: Store['runs']['insert'] = async run => {
    const { rev } = await bench.installation(id)
    await installations.tryUpdate(bench.tenant, id, rev, { fence: true, dueInMs: 0 })
    await bench.run(id)
    await runs.insert(run)
  }
  const lost = new errors.HOST_ERR_LEASE_LOST('').code
  await t.rejects(bench.run(id, { store: { ...store, runs: { ...runs, insert } } }), { code: lost })
  await bench.run(id)
  t.same(
    (await bench.runs(id)).filter(({ status }) => status === 'running'),
    []
  )
  t.equal((await bench.runs(id)).filter(({ status }) => status === 'interrupted').length, 1)
})
