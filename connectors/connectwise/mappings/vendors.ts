import type { Big } from 'big.js'
import { zero } from '../../../plugins/connector/contract.ts'
import type { ProductSource } from '../api/catalogue.ts'
import { referredId, type VendorRecord } from '../api/records.ts'
import { nameOf } from './references.ts'

/** The vendor name of an agreement whose products name none. */
export const defaultVendor = 'MSP Managed Services'

/**
 * Every vendor of the products in an agreement, the one with the largest counted amount first, equal ones by name. A
 * product that the catalogue does not have, or that names neither vendor nor manufacturer, adds none.
 * @param counted the additions' amounts, in their order
 */
export function vendorsOf(
  additions: readonly VendorRecord[],
  counted: readonly (Big | undefined)[],
  products: Readonly<Record<string, ProductSource>>
): string[] {
  const amounts = new Map<string, Big>()
  for (const [index, { product }] of additions.entries()) {
    const source = products[referredId(product) ?? '']
    const name = source && (nameOf(source.vendor) ?? nameOf(source.manufacturer))
    if (!name) continue
    amounts.set(name, (amounts.get(name) ?? zero).plus(counted[index] ?? zero))
  }
  return [...amounts].toSorted(([a, ofA], [b, ofB]) => ofB.cmp(ofA) || (a < b ? -1 : 1)).map(([name]) => name)
}
