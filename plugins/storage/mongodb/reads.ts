import type { Collection, Document } from 'mongodb'

/**
 * A read that takes longer is ended by the server, where the driver would only stop listening and leave it at work:
 * below the driver's socketTimeoutMS.
 */
const READ_MS = 20_000

/** Where the options of each read stand. */
const optionsAt = { find: 1, findOne: 1, aggregate: 1, countDocuments: 1, distinct: 2 } as const

/** The same collection, each read of it with an end. */
export function bounded<T extends Document>(collection: Collection<T>): Collection<T> {
  return new Proxy(collection, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      const at = Object.hasOwn(optionsAt, name) ? optionsAt[name as keyof typeof optionsAt] : undefined
      if (at === undefined) return value.bind(target)
      return (...values: unknown[]) => {
        const given: unknown[] = Array.from({ length: at }, (_, i) => values[i] ?? (name === 'aggregate' ? [] : {}))
        return value.apply(target, [...given, { maxTimeMS: READ_MS, ...(values[at] as object | undefined) }])
      }
    }
  })
}
