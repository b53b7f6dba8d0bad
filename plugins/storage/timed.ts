import type { Store } from './port.ts'

/** The sections of the port; the type keeps the list whole. */
const sectionNames = Object.keys({
  connections: true,
  installations: true,
  leases: true,
  runs: true,
  rejects: true,
  clients: true,
  losses: true,
  history: true,
  seen: true,
  budgets: true,
  replies: true,
  counters: true,
  activity: true,
  webhooks: true,
  deliveries: true,
  meta: true,
  sessions: true,
  links: true,
  drafts: true,
  transfer: true
} satisfies Record<Section, true>) as Section[]

type Section = Exclude<keyof Store, 'kind' | 'ping' | 'close'>

/** Told of every call of the store after it has ended; `error` undefined: it went through. Must not throw. */
export interface StoreEvents {
  called(section: Section | 'store', method: string, ms: number, error: unknown): void
}

/** The same store, each call of it timed. Closing is not. */
export function timedStore(store: Store, events: StoreEvents): Store {
  const sections = Object.fromEntries(sectionNames.map(name => [name, timed(store[name], name, events)]))
  const { ping } = timed({ ping: () => store.ping() }, 'store', events)
  return { ...(sections as Pick<Store, Section>), kind: store.kind, ping, close: () => store.close() }
}

/** A method that answered otherwise would become one that does not. */
type Asynchronous<S> = { readonly [M in keyof S]: (...values: never[]) => Promise<unknown> }

function timed<S extends Asynchronous<S> & object>(section: S, name: Section | 'store', events: StoreEvents): S {
  return new Proxy(section, {
    get(target, method, receiver) {
      const value: unknown = Reflect.get(target, method, receiver)
      if (typeof value !== 'function' || typeof method !== 'string') return value
      return async (...values: unknown[]) => {
        const began = performance.now()
        try {
          const answer: unknown = await value.apply(target, values)
          events.called(name, method, performance.now() - began, undefined)
          return answer
        } catch (error) {
          events.called(name, method, performance.now() - began, error)
          throw error
        }
      }
    }
  })
}
