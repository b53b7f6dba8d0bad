import type { Big } from 'big.js'

/** Names, each once, the one with the largest sum first, equal ones by name; null names nobody. */
export function largestFirst(entries: Iterable<readonly [name: string | null, amount: Big]>): string[] {
  const sums = new Map<string, Big>()
  for (const [name, amount] of entries) if (name !== null) sums.set(name, sums.get(name)?.plus(amount) ?? amount)
  return [...sums].toSorted(([a, ofA], [b, ofB]) => ofB.cmp(ofA) || (a < b ? -1 : 1)).map(([name]) => name)
}
