/** What stands where in what a vendor sent, which may be anything. */
import { readId } from './records.ts'

/** `within(body, 'item', 'companyName')`; undefined if there is no such place. */
export function within(sent: unknown, ...path: readonly string[]): unknown {
  let found = sent
  for (const name of path) {
    if (typeof found !== 'object' || found === null) return undefined
    found = (found as Readonly<Record<string, unknown>>)[name]
  }
  return found
}

/** The entries of a list there; none if there is no list. */
export function listWithin(sent: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = within(sent, ...path)
  return Array.isArray(found) ? found : []
}

/** The id there: `idWithin(contact, 'company', 'id')`. */
export function idWithin(sent: unknown, ...path: readonly string[]): string | undefined {
  return readId(within(sent, ...path))
}
