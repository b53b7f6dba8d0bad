import type { Contribution } from '../../../plugins/connector/contract.ts'
import type { Claims } from './claims.ts'
import type { Notebook } from './notebook.ts'

/** A failure shows so many of the clients that differ. */
const shown = 3

/** What was read is what the double's oracle says: client by client, field by field. */
export function isAsExpected(
  claims: Claims,
  { clients }: Pick<Notebook, 'clients'>,
  expected: ReadonlyMap<string, Contribution>,
  words: string
): void {
  const found = new Map([...clients].map(([id, { contribution }]) => [id, contribution]))
  const ids = [...new Set([...found.keys(), ...expected.keys()])]
  const different = ids.filter(id => textOf(found.get(id)) !== textOf(expected.get(id)))
  claims.same(some(different, found), some(different, expected), words)
}

const some = (ids: readonly string[], of: ReadonlyMap<string, Contribution>) =>
  Object.fromEntries(ids.slice(0, shown).map(id => [id, plain(of.get(id))]))

const plain = (contribution: Contribution | undefined) => {
  const { changesOn: _, ...rest } = contribution ?? {}
  return contribution && rest
}
const textOf = (contribution: Contribution | undefined) => JSON.stringify(plain(contribution), inOrder)

/** Fields in one order, so that only their values count. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
