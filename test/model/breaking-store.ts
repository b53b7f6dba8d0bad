/** A store whose n-th write goes wrong, as it does when the process or the store is gone at that very moment. */
import { errors } from '../../plugins/errors.ts'
import type { ClientWrite, PageResult, PageWrite, Store } from '../../plugins/storage/port.ts'

/**
 * killed: nothing comes after, not even a read. cut: only the first steps of a page's write were done, then killed.
 * away: this one call fails, the process goes on. frozen: the call waits until `thaw`, and then goes on as if nothing
 * had happened.
 */
export type Break =
  | 'killed before'
  | 'killed after'
  | 'cut'
  | 'away before'
  | 'away after'
  | 'frozen before'
  | 'frozen after'
export const breaks: readonly Break[] = [
  'killed before',
  'killed after',
  'cut',
  'away before',
  'away after',
  'frozen before',
  'frozen after'
]

/** The process is gone. */
export class Killed extends Error {}

export interface BreakingStore {
  readonly store: Store
  /** Writes so far. */
  readonly writes: number
  /** What the broken call was; null: it has not come. */
  readonly broken: string | null
  /** Resolves when the process stands still in the broken call. */
  readonly frozen: Promise<void>
  thaw(): void
}

const writing: Readonly<Record<string, readonly string[]>> = {
  leases: ['commit', 'tryRelease'],
  clients: ['write'],
  losses: ['mark', 'remove', 'dropStale'],
  runs: ['insert', 'trySave', 'fold'],
  seen: ['prune'],
  connections: ['note', 'mergeState'],
  installations: ['tryUpdate']
}

/** @param nth from 1; 0: none @param upTo of a page that is cut: so many of its clients are written */
export function breakingStore(store: Store, nth: number, how: Break, upTo: number): BreakingStore {
  let writes = 0
  let broken: string | null = null
  let dead = false
  const { promise: frozen, resolve: freeze } = Promise.withResolvers<void>()
  const { promise: thawed, resolve: thaw } = Promise.withResolvers<void>()
  const away = () => new errors.HOST_ERR_STORE_UNAVAILABLE({ cause: new Error('made to fail') })

  async function call(what: string, isWrite: boolean, run: () => Promise<unknown>, cut: () => Promise<unknown>) {
    if (dead) throw new Killed()
    if (!isWrite || ++writes !== nth) return run()
    broken = what
    if (how === 'away before') throw away()
    if (how === 'frozen before' || how === 'frozen after') {
      const done = how === 'frozen after' ? run() : undefined
      await done
      freeze()
      await thawed
      return done ?? run()
    }
    if (how === 'away after') {
      await run()
      throw away()
    }
    dead = true
    if (how === 'killed after') await run()
    if (how === 'cut') await cut()
    throw new Killed()
  }

  const section = (name: string, methods: object): object =>
    new Proxy(methods, {
      get(target, method, receiver) {
        const value = Reflect.get(target, method, receiver)
        if (typeof value !== 'function' || typeof method !== 'string') return value
        const isWrite = writing[name]?.includes(method) === true
        return (...values: unknown[]) => {
          const run = () => value.apply(target, values)
          const cut =
            name === 'clients' ? () => value.call(target, values[0], firstOf(values[1] as PageWrite, upTo)) : run
          return call(`${name}.${method}`, isWrite, run, cut)
        }
      }
    })

  const wrapped = Object.fromEntries(
    Object.entries(store).map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null ? section(name, value) : value
    ])
  ) as unknown as Store
  return {
    store: wrapped,
    get writes() {
      return writes
    },
    get broken() {
      return broken
    },
    frozen,
    thaw
  }
}

/** What is in place when a page's write was cut: a store that writes one document after the other comes no further. */
function firstOf(page: PageWrite, upTo: number): PageWrite {
  const clients: readonly ClientWrite[] = page.clients.slice(0, upTo)
  return { ...page, clients, settled: [], seen: [], unseen: [], rejects: [], progress: null }
}

export type { PageResult }
