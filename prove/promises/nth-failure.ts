import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { errors } from '../../plugins/errors.ts'
import { type ConnectWiseServer, startConnectWise, tinyAccount } from '../../test/doubles/connectwise/index.ts'
import { chanceOf } from '../chance.ts'
import { type Failure, failingCalls } from '../failing.ts'
import { liveThrough } from '../life-of-an-installation.ts'
import type { ProvedPromise } from '../promise.ts'
import { type Ground, openGround, proversToken } from '../proving-ground.ts'
import { type ProvedStore, storesOf } from '../stores.ts'

const tenant = 'acme'
const doomed = fileURLToPath(new URL('../doomed-host.ts', import.meta.url))
const preload = fileURLToPath(new URL('../../scripts/preload.js', import.meta.url))

/** Lives that are lived at once: most of one is waiting, for a lease to end or a run to be claimed. */
const lanes = { short: 4, long: 16 } as const
/** For each store; what does not fit into it is said in the figure. Drawn by chance, what is tried is spread over all. */
const longestMs = 25 * 60_000

interface Point {
  readonly kind: string
  readonly n: number
  readonly of: number
  live(store: ProvedStore): Promise<string[]>
}

export default {
  promise:
    'whichever call to store, vendor or clock fails once, before or after its effect or with the whole process, nothing is lost and nothing doubled',

  async prove(options) {
    const { seed, long, say } = options
    const failures: string[] = []
    const figures: string[] = []
    for (const store of storesOf(options)) {
      const counted = await untouched(store)
      failures.push(...counted.failures.map(words => `${store.name}, nothing failing: ${words}`))
      // In the short form as many as fit, drawn anew with each seed.
      const points = pointsOf(counted, long ? Number.POSITIVE_INFINITY : 3, seed)
      const ends = performance.now() + longestMs
      let tried = 0
      await inLanes(points, long ? lanes.long : lanes.short, async ({ kind, n, of, live }) => {
        if (performance.now() > ends) return
        const words = await Promise.race([live(store.fresh()), neverEnding()])
        failures.push(...words.map(one => `${store.name}, ${kind} at ${n} of ${of}: ${one}`))
        if (++tried % 100 === 0) say(`${store.name}: ${tried} of ${points.length} points`)
      })
      figures.push(`${tried} of ${points.length} points on ${store.name}`)
      say(figures.at(-1)!)
    }
    return { figure: `${figures.join(', ')}, ${failures.length} lost or doubled`, failures }
  }
} satisfies ProvedPromise

/** Each step of a life gives up much sooner: this is for what hangs behind its last one. */
async function neverEnding(): Promise<string[]> {
  await sleep(10 * 60_000, undefined, { ref: false })
  return ['it did not come to an end']
}

/** In an order of chance. A process that is killed takes as long as five others: of these every fourth. */
function pointsOf(
  { calls, requests, looks }: { calls: number; requests: number; looks: number },
  most: number,
  seed: number
): Point[] {
  const kinds: readonly (readonly [string, number, number, (store: ProvedStore, n: number) => Promise<string[]>])[] = [
    ['store before', calls, 1, (store, n) => withFailingStore(store, n, 'before')],
    ['store after', calls, 1, (store, n) => withFailingStore(store, n, 'after')],
    ['vendor reset', requests, 1, withFailingVendor],
    ['clock a day off', looks, 1, withFailingClock],
    ['killed before', calls, 4, (store, n) => killedAt(store, n, 'killed before')],
    ['killed after', calls, 4, (store, n) => killedAt(store, n, 'killed after')]
  ]
  const points = kinds.flatMap(([kind, of, each, live]) =>
    drawn(of, Math.min(most, Math.ceil(of / each)), seed).map(n => ({
      ...{ kind, n, of },
      live: (store: ProvedStore) => live(store, n)
    }))
  )
  const chance = chanceOf(seed)
  return points
    .map(point => [chance.next(), point] as const)
    .sort(([a], [b]) => a - b)
    .map(([, point]) => point)
}

async function inLanes(points: readonly Point[], lanes: number, live: (point: Point) => Promise<void>): Promise<void> {
  const left = [...points]
  const lane = async () => {
    for (let point = left.shift(); point; point = left.shift()) await live(point)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

function drawn(of: number, most: number, seed: number): number[] {
  const all = Array.from({ length: of }, (_, n) => n + 1)
  const chance = chanceOf(seed)
  while (all.length > most) all.splice(chance.below(all.length), 1)
  return all
}

const startVendor = () => startConnectWise({ rateLimit: false, account: tinyAccount() })
const callOf = (ground: Pick<Ground, 'call'>) => (method: string, path: string, body?: object) =>
  ground.call(tenant, method, path, body)
const urlOf = ({ storageUrl }: ProvedStore) => (storageUrl === undefined ? {} : { storageUrl })

/** How many calls a life takes, which is also how many points can fail. */
async function untouched(store: ProvedStore) {
  const vendor = await startVendor()
  const calls = failingCalls(0, 'before', () => new Error())
  let looks = 0
  const now = () => {
    looks++
    return new Date()
  }
  const ground = await openGround({ vendor, now, ...urlOf(store), wrapStore: one => calls.wrap(one) })
  const failures = await liveThrough(callOf(ground), vendor)
  const counted = { failures, calls: calls.count, requests: vendor.requests.length, looks }
  await close(ground, vendor, store)
  return counted
}

async function withFailingStore(store: ProvedStore, nth: number, failure: Failure): Promise<string[]> {
  const vendor = await startVendor()
  const away = (what: string) => new errors.HOST_ERR_STORE_UNAVAILABLE({ cause: new Error(`${what} was made to fail`) })
  const calls = failingCalls(nth, failure, away)
  const folder = await mkdtemp(join(tmpdir(), 'integration-host-prove-'))
  // A start that meets its store in a bad moment is started again by its supervisor, with the keys that it had.
  const open = () =>
    openGround({ folder, vendor, env: { LEASE_TTL: '1s' }, ...urlOf(store), wrapStore: one => calls.wrap(one) })
  const ground = await open().catch(open)
  const said = await liveThrough(callOf(ground), vendor)
  await close(ground, vendor, store)
  await rm(folder, { recursive: true, force: true })
  return said.map(words => `${words} (${calls.failed})`)
}

async function withFailingVendor(store: ProvedStore, nth: number): Promise<string[]> {
  const vendor = await startVendor()
  vendor.fail({ kind: 'reset', nth, times: 1 })
  const ground = await openGround({ vendor, ...urlOf(store) })
  const said = await liveThrough(callOf(ground), vendor)
  await close(ground, vendor, store)
  return said
}

async function withFailingClock(store: ProvedStore, nth: number): Promise<string[]> {
  const vendor = await startVendor()
  let looks = 0
  const now = () => new Date(Date.now() + (++looks === nth ? (nth % 2 ? 86_400_000 : -86_400_000) : 0))
  const ground = await openGround({ vendor, now, ...urlOf(store) })
  const said = await liveThrough(callOf(ground), vendor)
  await close(ground, vendor, store)
  return said
}

/** A process dies at the call; another host goes on where it was. */
async function killedAt(store: ProvedStore, nth: number, failure: Failure): Promise<string[]> {
  const vendor = await startVendor()
  const folder = await mkdtemp(join(tmpdir(), 'integration-host-doomed-'))
  const args = ['--import', preload, doomed, folder, store.storageUrl ?? '-', String(nth), failure, vendor.url]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const gone = once(child, 'exit')
  let successor: Ground | undefined
  try {
    const origin = await Promise.race([
      gone.then(() => undefined),
      once(child.stdout, 'data').then(([text]) => /listening on (\S+)/.exec(String(text))?.[1])
    ])
    const hosts = { folder, vendor, env: { LEASE_TTL: '1s' }, ...urlOf(store) }
    const call = async (method: string, path: string, body?: object) => {
      if (child.exitCode === null && child.signalCode === null && origin !== undefined) {
        const headers = {
          authorization: await proversToken(tenant),
          ...(body && { 'content-type': 'application/json' })
        }
        const request = { method, headers, ...(body && { body: JSON.stringify(body) }) }
        const answer = await fetch(origin + path, request).catch(() => undefined)
        const text = await answer?.text().catch(() => undefined)
        if (answer && text !== undefined)
          return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : null, text }
        await gone
      }
      successor ??= await openGround(hosts)
      return successor.call(tenant, method, path, body)
    }
    return await liveThrough(call, vendor)
  } finally {
    child.kill('SIGKILL')
    await gone
    await successor?.[Symbol.asyncDispose]()
    await vendor.close()
    await rm(folder, { recursive: true, force: true })
    await store.drop()
  }
}

async function close(ground: Ground, vendor: ConnectWiseServer, store: ProvedStore): Promise<void> {
  await ground[Symbol.asyncDispose]()
  await vendor.close()
  await store.drop()
}
