/** Runs that are cut at their writes: what happens before, and what has to be there after. */
import type { Test } from 'tap'
import type { Run, Store } from '../../../plugins/storage/port.ts'
import { runInstallation } from '../../../plugins/sync/run.ts'
import type { Ledger } from './ledger.ts'
import { claimOf, free, type Workbench } from './workbench.ts'

/** What changes the store: between two of these it makes no difference where a process ends. */
const writing: Readonly<Partial<Record<keyof Store, readonly string[]>>> = {
  clients: ['write'],
  losses: ['mark', 'remove', 'dropStale'],
  leases: ['commit', 'tryRelease'],
  runs: ['insert', 'trySave'],
  seen: ['prune'],
  connections: ['note']
}

/** A store whose process ends with its n-th write, before it hears of it. Nothing is heard of it again. */
function endingAt(store: Store, n: number): { store: Store; ended: () => boolean } {
  let writes = 0
  let over = false
  const gone = () => Object.assign(new Error('the process has ended'), { code: 'HOST_ERR_STORE_UNAVAILABLE' })
  const section = (name: keyof Store, part: object) =>
    Object.fromEntries(
      Object.entries(part).map(([method, call]) => [
        method,
        async (...values: unknown[]) => {
          if (over) throw gone()
          const isLast = (writing[name]?.includes(method) ?? false) && ++writes === n
          if (isLast) over = true
          const result = await call(...values)
          if (isLast) throw gone()
          return result
        }
      ])
    )
  const sections = Object.entries(store).map(([name, part]) =>
    typeof part === 'object' ? [name, section(name as keyof Store, part)] : [name, part]
  )
  return { store: Object.fromEntries(sections) as unknown as Store, ended: () => over }
}

export interface Story {
  readonly syncType: 'names' | 'contracts'
  readonly compare: boolean
  /** What happens at the vendor, and what a person says, before the run that is cut. */
  happens(ledger: Ledger, bench: Workbench, id: string): Promise<void> | void
}

export const stories: Readonly<Record<string, Story>> = {
  'a compare that takes away': {
    syncType: 'names',
    compare: true,
    happens(ledger) {
      ledger.remove(1)
      ledger.companies.get(2)!.status = 'Lost'
      ledger.contacts.delete(30)
      ledger.put(4, { name: 'Renamed' })
      ledger.put(50)
      ledger.contact(500, 50)
      ledger.put(51, { status: 'Prospect' })
    }
  },
  'a poll after which somebody is asked': {
    syncType: 'names',
    compare: false,
    happens(ledger) {
      for (let id = 1; id <= 8; id++) ledger.put(id, { status: 'Lost' })
      ledger.contact(90, 9, { email: null })
      ledger.put(50)
    }
  },
  'an approval': {
    syncType: 'names',
    compare: false,
    async happens(ledger, bench, id) {
      for (let one = 1; one <= 8; one++) ledger.put(one, { status: 'Lost' })
      await bench.run(id)
      const { hold, rev } = await bench.installation(id)
      const decision = { verdict: 'approve' as const, revision: hold!.revision, kinds: null, by: 'a person', at: 'now' }
      await bench.store.installations.tryUpdate(bench.tenant, id, rev, { hold: { ...hold!, decision } })
      ledger.put(8, { status: 'Active' })
    }
  },
  'a refusal': {
    syncType: 'names',
    compare: true,
    async happens(ledger, bench, id) {
      for (let one = 1; one <= 8; one++) ledger.put(one, { status: 'Lost' })
      await bench.run(id)
      const { hold, rev } = await bench.installation(id)
      const decision = { verdict: 'reject' as const, revision: hold!.revision, kinds: null, by: 'a person', at: 'now' }
      await bench.store.installations.tryUpdate(bench.tenant, id, rev, { hold: { ...hold!, decision } })
    }
  },
  'agreements that move and fall': {
    syncType: 'contracts',
    compare: false,
    happens(ledger) {
      ledger.agreement(10, 2)
      ledger.agreement(30, 3, { additions: {} })
      ledger.put(4, { deleted: true })
      ledger.agreement(40, 5)
    }
  }
}

async function prepared(t: Test, { syncType, happens }: Story, open: (t: Test) => Promise<Workbench>) {
  const bench = await open(t)
  const { ledger } = bench
  for (let id = 1; id <= 12; id++) {
    ledger.put(id)
    ledger.contact(id * 10, id)
    ledger.agreement(id * 10, id, { additions: { 1: 20 }, vendor: 'Big' })
  }
  const id = await bench.install(syncType)
  await bench.run(id)
  await bench.run(id)
  await happens(ledger, bench, id)
  const before = (await bench.runs(id)).map(run => run.id)
  return { bench, id, before }
}

/** What a reader can see, and what was told of it. */
async function outcome(bench: Workbench, id: string, before: readonly string[]) {
  const { items } = await bench.store.clients.list(bench.tenant, {}, { limit: 500, cursor: null })
  const installation = await bench.installation(id)
  const runs = (await bench.runs(id)).filter(run => !before.includes(run.id))
  const told = runs.filter(({ status }) => status === 'succeeded')
  const sum = (of: (run: Run) => number) => told.reduce((all, run) => all + of(run), 0)
  return {
    clients: items.map(({ externalId, status, statusReason, profile, agreements, parts }) => ({
      externalId,
      status,
      statusReason,
      profile,
      agreements: agreements.map(({ updatedAt: _at, id: _id, ...agreement }) => agreement),
      parts: parts.map(({ open, kept, stamps, status: of }) => ({ open, kept, stamps, status: of }))
    })),
    rows: (await bench.rows(id)).map(({ externalId, state, items: losses }) => ({ externalId, state, losses })),
    hold: installation.hold && { kinds: installation.hold.kinds, clients: installation.hold.clients, decision: null },
    taken: installation.taken.map(({ kinds, sums, by }) => ({ kinds, sums, by })),
    took: sum(({ took }) => Object.values(took).reduce((all, count) => all + count, 0)),
    left: sum(({ counts }) => counts.inactivated + counts.gone),
    open: runs.filter(({ status }) => status === 'running').length
  }
}

/** Cuts the run after each `step`th of its writes, and holds what two more runs make of it against a whole run. @returns how many cuts */
export async function holdsWhereverCut(
  t: Test,
  story: Story,
  open: (t: Test) => Promise<Workbench>,
  step = 1
): Promise<number> {
  const whole = await prepared(t, story, open)
  await runOnce(whole.bench, whole.id, story.compare)
  await runOnce(whole.bench, whole.id, story.compare)
  const wanted = await outcome(whole.bench, whole.id, whole.before)
  t.ok(wanted.clients.length > 0)
  let cuts = 0
  for (let n = 1; t.passing(); n += step) {
    const cut = await prepared(t, story, open)
    const { store, ended } = endingAt(cut.bench.store, n)
    await runOnce(cut.bench, cut.id, story.compare, store).catch(() => {})
    if (!ended()) break
    cuts++
    await runOnce(cut.bench, cut.id, story.compare)
    await runOnce(cut.bench, cut.id, story.compare)
    t.same(await outcome(cut.bench, cut.id, cut.before), wanted, `after write ${n}`)
  }
  return cuts
}

/** Claims and runs it, without a heartbeat: whoever comes next takes over at once. */
async function runOnce(of: Workbench, id: string, compare: boolean, store = of.store): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, 2))
  of.ledger.clock += 60_000
  const { rev } = await of.installation(id)
  await of.store.installations.tryUpdate(of.tenant, id, rev, { dueInMs: 0, ...(compare && { compareDueInMs: 0 }) })
  const claim = await claimOf(of.store, id, 1)
  await runInstallation({ ...of.parts, store, leaseTtlMs: 1 }, claim, free)
}
