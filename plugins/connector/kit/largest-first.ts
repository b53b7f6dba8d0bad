import type { Big } from 'big.js'
import { defaultVendor } from './cards.ts'

/** Names, each once, the one with the largest sum first, equal ones by name; null names nobody. */
export function largestFirst(entries: Iterable<readonly [name: string | null, amount: Big]>): string[] {
  const sums = new Map<string, Big>()
  for (const [name, amount] of entries) if (name !== null) sums.set(name, sums.get(name)?.plus(amount) ?? amount)
  return [...sums].toSorted(([a, ofA], [b, ofB]) => ofB.cmp(ofA) || (a < b ? -1 : 1)).map(([name]) => name)
}

/** Whose a contract is: named after the vendor with the largest sum. @param entries each vendor with what it adds */
export function vendorsOf(entries: Iterable<readonly [name: string | null, amount: Big]>) {
  const vendors = largestFirst(entries)
  return { vendorName: vendors[0] ?? defaultVendor, vendors }
}
