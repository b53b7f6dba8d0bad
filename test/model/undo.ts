/** Lives of an account that end with runs which a person undoes: then all is as before them, and stays so. */
import type { Test } from 'tap'
import type { ClientRecord, Run, Store } from '../../plugins/storage/port.ts'
import { createUndoer } from '../../plugins/sync/undoer.ts'
import { editAtRandom } from './edits.ts'
import { createWatch } from './watch.ts'
import { openWorld, run, type World } from './world.ts'

const minute = 60_000

/** @returns what was not as it has to be, and how many clients were put back */
async function undoIn(seed: number, store: Store): Promise<{ wrong: string[]; putBack: number; left: number }> {
  const world = await openWorld(seed, store, false)
  const { random, clock, ids, vendor } = world
  const watch = createWatch(world)
  const wrong: string[] = []
  const edit = () => {
    for (let more = 1 + random.below(5); more > 0; more--) editAtRandom(vendor.server, random)
    clock.advance(random.pick([5000, 5 * minute, 60 * minute]))
  }
  await run(world, { ids })
  for (let round = random.below(3); round > 0; round--) {
    edit()
    await run(world, { ids, compare: random.chance(0.5) })
  }

  const before = shown(await watch.clients())
  const known = new Set((await receipts(world)).map(({ id }) => id))
  const mine = random.pick([[ids[0]!], [ids[1]!], ids])
  edit()
  await run(world, { ids: mine, joint: mine.length > 1 && random.chance(0.5) })
  // What no list of changes shows is seen now: whatever comes later is new.
  for (let round = 0; round < 2; round++) {
    clock.advance(minute)
    await run(world, { ids: mine, compare: true })
  }
  const done = (await receipts(world)).filter(({ id }) => !known.has(id))
  let putBack = 0
  let left = 0
  for (const { id } of done.toReversed()) {
    const undone = await undo(world, id, wrong)
    putBack += undone?.putBack ?? 0
    // What the other sync type knows is put back with its own run.
    for (const [reason, clients] of Object.entries(undone?.left ?? {}))
      if (reason !== 'other-sync-type' || mine.length === 1) left += clients
  }
  const after = shown(await watch.clients())
  const differs = differing(before, after)
  if (differs.length > left)
    wrong.push(`${left} were left, and other than before are ${differs.slice(0, 3).join('; ')}`)

  for (const compare of [false, true, true]) {
    clock.advance(minute)
    await run(world, { ids: mine, compare })
    const changed = differing(after, shown(await watch.clients()))
    if (changed.length > left) wrong.push(`it did not stay so: ${changed.slice(0, 3).join('; ')}`)
  }
  wrong.push(...world.mistakes)
  return { wrong, putBack, left }
}

async function undo({ store, clock, tenant }: World, runId: string, wrong: string[]): Promise<Run['undone']> {
  const silent = { info() {}, warn() {} } as never
  const undoer = createUndoer({
    store,
    log: silent,
    now: clock.now,
    leaseTtlMs: 60_000,
    keepMs: 30 * 24 * 60 * minute,
    freed() {}
  })
  try {
    return (await undoer.undo(tenant, runId, 'a person')).undone
  } catch (error) {
    const { code } = error as { code?: string }
    if (code !== 'HOST_ERR_NOTHING_TO_UNDO') wrong.push(`undo: ${(error as Error).stack}`)
    return undefined
  }
}

async function receipts({ store, tenant, ids }: World): Promise<Run[]> {
  const lists = await Promise.all(ids.map(id => store.runs.list(tenant, id, { limit: 100, cursor: null })))
  return lists.flatMap(({ items }) => items).sort((a, b) => (a.id < b.id ? -1 : 1))
}

interface Shown {
  readonly text: string
  /** Sync types that have met it. */
  readonly met: string
}

/** What people see, by vendor id. */
function shown(clients: readonly ClientRecord[]): Map<string, Shown> {
  return new Map(
    clients.map(({ externalId, profile, nameKey, agreements, status, parts }) => {
      const told = agreements.map(({ updatedAt: _at, ...agreement }) => agreement)
      const takes = parts.map(part => `${part.syncType} ${part.status}`).sort()
      const met = parts.map(part => part.syncType).sort()
      return [
        externalId,
        { text: JSON.stringify({ profile, nameKey, agreements: told, status, takes }, null, 1), met: met.join() }
      ]
    })
  )
}

/** What a sync type has filled in when it first met a client is no change. */
function differing(before: ReadonlyMap<string, Shown>, after: ReadonlyMap<string, Shown>): string[] {
  return [...before].flatMap(([id, was]) => {
    const is = after.get(id)
    if (is && (is.text === was.text || is.met !== was.met)) return []
    return [`client ${id}: ${firstDifference(was.text, is?.text ?? 'gone')}`]
  })
}

function firstDifference(a: string, b: string): string {
  const [was, is] = [a.split('\n'), b.split('\n')]
  const at = was.findIndex((line, index) => line !== is[index])
  return `${was.slice(Math.max(0, at - 1), at + 2).join(' ')} is now ${is.slice(Math.max(0, at - 1), at + 2).join(' ')}`
}

export async function holdUndo(t: Test, store: Store, { from, count }: { from: number; count: number }): Promise<void> {
  const only = process.env.SEED
  const seeds = only === undefined ? Array.from({ length: count }, (_, n) => from + n) : [Number(only)]
  const sum = { putBack: 0, left: 0 }
  for (const seed of seeds) {
    const { wrong, putBack, left } = await undoIn(seed, store)
    sum.putBack += putBack
    sum.left += left
    if (wrong.length > 0)
      t.fail(`seed ${seed}, on ${store.kind}: SEED=${seed} brings it again`, { found: wrong.slice(0, 4) })
  }
  t.ok(sum.putBack > seeds.length / 2 || only !== undefined, `${sum.putBack} clients were put back, ${sum.left} left`)
}
