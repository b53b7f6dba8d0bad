/** One vendor account, its two installations in a store, and hosts that run them: all on one clock that the model turns. */
import type { FastifyBaseLogger } from 'fastify'
import { newId } from '../../plugins/entities/new-id.ts'
import type { Claim, Connection, Installation, InstallationChange, Lease, Store } from '../../plugins/storage/port.ts'
import type { Grip, Held, RunParts } from '../../plugins/sync/desk.ts'
import { runInstallation } from '../../plugins/sync/run.ts'
import { type Clock, createClock, createRandom, type Random } from '../doubles/kit/index.ts'
import { type Break, breakingStore, Killed } from './breaking-store.ts'
import { connectionState, type InProcessVendor, inProcessVendor } from './in-process-vendor.ts'
import { randomAccount } from './random-account.ts'

export const lossLimit = { share: 0.2, floor: 5 }
export const syncTypes = ['active-customers', 'active-agreements'] as const
const ttlMs = 60_000
const minute = 60_000
const hour = 60 * minute

export interface World {
  readonly seed: number
  readonly random: Random
  readonly clock: Clock
  readonly store: Store
  readonly tenant: string
  readonly connectionId: string
  /** In the order of `syncTypes`. */
  readonly ids: readonly string[]
  readonly vendor: InProcessVendor
  /** The diary tells of each run how it ended. */
  readonly isTold: boolean
  /** What happened, a line each, for whoever looks into a failure. */
  readonly diary: string[]
  /** Mistakes that the engine has logged. */
  readonly mistakes: string[]
}

export async function openWorld(seed: number, store: Store, isTold: boolean): Promise<World> {
  const random = createRandom(seed)
  const clock = createClock('2026-03-02T08:00:00Z')
  const account = randomAccount(random, clock.now())
  const vendor = inProcessVendor(account, clock, random, 3 + random.below(8))
  const tenant = `tenant-${seed}`
  const connectionId = newId('con')
  const at = clock.now().toISOString()
  const connection: Omit<Connection, 'rev'> = {
    id: connectionId,
    tenant,
    connector: 'connectwise',
    accountKey: connectionId,
    account: { id: 'one', name: 'One' },
    display: {},
    sealed: { v: 1, kek: 'none', wrappedKey: '', fields: {} },
    state: connectionState,
    trouble: null,
    workedAt: null,
    lastValidation: null,
    createdAt: at,
    updatedAt: at
  }
  await store.connections.tryInsert(connection)
  const ids: string[] = []
  for (const syncType of syncTypes) {
    const id = newId('ins')
    const schedule = { everyMs: hour, compareEveryMs: 24 * hour }
    const settings = { types: ['Customer'], statuses: ['Active'] }
    const of = { id, tenant, connector: 'connectwise', connectionId, syncType }
    await store.installations.tryInsert({ ...of, schedule, settings, resolved: {}, createdAt: at })
    ids.push(id)
  }
  return { seed, random, clock, store, tenant, connectionId, ids, vendor, isTold, diary: [], mistakes: [] }
}

export async function installationOf({ store, tenant }: World, id: string): Promise<Installation> {
  return (await store.installations.get(tenant, id))!
}

/** As a person changes it, again if somebody was faster. */
export async function change(world: World, id: string, to: InstallationChange): Promise<void> {
  for (;;) {
    const { rev } = await installationOf(world, id)
    if (await world.store.installations.tryUpdate(world.tenant, id, rev, to)) return
  }
}

export interface RunPlan {
  readonly ids: readonly string[]
  /** A person asks for a compare; else a poll is due, and whatever else is. */
  readonly compare?: boolean
  /** Passes that have failed are due again. */
  readonly again?: boolean
  /** The installations come due together and one run polls them all. */
  readonly joint?: boolean
  /** Polls are due at each page of a pass. */
  readonly often?: boolean
  readonly broken?: { readonly nth: number; readonly how: Break; readonly upTo: number }
}

/** Runs what the plan says to its end, whatever that is. @returns whether something broke */
export async function run(world: World, plan: RunPlan): Promise<boolean> {
  const { store, tenant } = world
  const { ids, compare = false, again = false, joint = false, often = false, broken } = plan
  for (const [index, id] of ids.entries()) {
    const { requested } = await installationOf(world, id)
    await change(world, id, {
      // A sibling comes due a little later, and is polled with the first one.
      dueInMs: joint && index > 0 ? minute : 0,
      ...(again && !(joint && index > 0) && { compareDueInMs: 0 }),
      ...(compare && !requested && { requested: { runId: newId('run'), mode: 'compare' } }),
      schedule: { everyMs: often ? 0 : hour, compareEveryMs: 24 * hour }
    })
  }
  const breaking = broken && breakingStore(store, broken.nth, broken.how, broken.upTo)
  const through = breaking?.store ?? store
  const running = start(world, through, ids, joint)
  if (breaking) await Promise.race([running, breaking.frozen])
  if (breaking?.broken?.length && broken?.how.startsWith('frozen')) {
    // It stands still for so long that another host takes over, and then goes on as if nothing had been.
    for (const id of ids) await change(world, id, { fence: true, dueInMs: 0 })
    await start(world, store, ids, false)
    breaking.thaw()
  }
  await running
  breaking?.thaw()
  const left = await Promise.all(ids.map(id => store.installations.get(tenant, id)))
  for (const one of left) if (one?.leaseOwner) await change(world, one.id, { fence: true, dueInMs: 10 * hour })
  if (!breaking?.broken) return false
  world.diary.push(`  broke: ${broken?.how} at ${breaking.broken}`)
  return true
}

let owners = 0

async function start(world: World, through: Store, ids: readonly string[], joint: boolean): Promise<void> {
  const owner = `owner ${++owners}`
  const claims = await claim(world, owner, ids)
  const parts: RunParts = {
    store: through,
    vendor: world.vendor.vendor,
    connectors: new Map([['connectwise', world.vendor.connector]]),
    log: loggerOf(world),
    now: world.clock.now,
    leaseTtlMs: ttlMs,
    lossLimit
  }
  const siblings = async (of: Lease, withinMs: number): Promise<Held[]> =>
    joint
      ? (await through.leases.claimSiblings(owner, of, withinMs, ttlMs)).map(one => ({ claim: one, grip, done() {} }))
      : []
  await Promise.all(
    claims.map(one =>
      runInstallation(parts, one, grip, { siblings: withinMs => siblings(one.lease, withinMs) }).catch(error => {
        const { code } = error as { code?: string }
        if (error instanceof Killed) return
        if (code === 'HOST_ERR_LEASE_LOST' || code === 'HOST_ERR_STORE_UNAVAILABLE') return
        world.mistakes.push(`a run threw ${(error as Error).stack}`)
      })
    )
  )
}

/** A lease that is never told that it is lost: the store has to know. */
const grip: Grip = { signal: new AbortController().signal, assertHeld() {} }

async function claim(world: World, owner: string, ids: readonly string[]): Promise<Claim[]> {
  const { store } = world
  const claims = await store.leases.claimDue(owner, 100, ttlMs)
  for (const { lease, installation, takenOver } of claims) {
    if (ids.includes(lease.installationId)) continue
    // Who comes next has to know of a former holder that did not release.
    if (takenOver) await change(world, lease.installationId, { fence: true, dueInMs: 10 * hour })
    else await store.leases.tryRelease(lease, { dueInMs: 10 * hour, failures: installation.failures })
  }
  return ids.flatMap(id => claims.find(({ lease }) => lease.installationId === id) ?? [])
}

function loggerOf(world: World): FastifyBaseLogger {
  const silent = () => {}
  const log = {
    level: 'error',
    child: () => log,
    error: ({ err }: { err: Error }, words: string) => {
      if (!(err instanceof Killed)) world.mistakes.push(`${words}: ${err?.stack}`)
    },
    warn: ({ err }: { err?: Error }, words: string) => {
      if (err && !(err instanceof Killed)) world.diary.push(`  warned: ${words}: ${err.message}`)
    },
    ...{ fatal: silent, info: silent, debug: silent, trace: silent, silent }
  }
  return log as unknown as FastifyBaseLogger
}
