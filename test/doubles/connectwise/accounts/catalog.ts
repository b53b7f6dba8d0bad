import type { VendorRecord } from '../../kit/index.ts'
import { billingCycles } from './setup.ts'

const products =
  'Endpoint Watch|Mail Shelter|Backup Vault|Patch Desk|Identity Gate|Phone Line|Office Seats|Network Eye|Awareness Course|Archive Store'.split(
    '|'
  )

/**
 * Catalogue items: a third with a vendor, a third with only a manufacturer, a third with neither.
 * @param vendors companies of type Vendor, given out in turn.
 */
export function catalogItems(
  count: number,
  vendors: readonly { id: number; identifier: string; name: string }[]
): VendorRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `${products[index % products.length]}${index >= products.length ? ` ${Math.floor(index / products.length) + 1}` : ''}`
    const vendor = index % 3 === 0 && vendors.length > 0 ? vendors[Math.floor(index / 3) % vendors.length] : undefined
    return {
      id: index + 1,
      identifier: name.replaceAll(' ', '-').toUpperCase(),
      description: name,
      inactiveFlag: false,
      type: { id: 1, name: 'Service' },
      productClass: 'Agreement',
      price: priceOf(index),
      cost: Math.round(priceOf(index) * 60) / 100,
      customerDescription: name,
      ...(index % 3 < 2
        ? { manufacturer: { id: (index % 7) + 1, name: `${products[index % 7]!.split(' ')[0]} Works` } }
        : {}),
      ...(vendor
        ? { vendor: { id: vendor.id, identifier: vendor.identifier, name: vendor.name }, vendorSku: `SKU-${index}` }
        : {}),
      recurringFlag: true,
      recurringBillCycle: billingCycles[0],
      billableOption: 'Billable',
      _info: { lastUpdated: '2024-01-15T09:00:00Z', updatedBy: 'admin1' }
    }
  })
}

/** Prices that binary fractions cannot hold (0.1, 0.2) come among ordinary ones. */
export function priceOf(index: number): number {
  return [0.1, 0.2, 4.5, 12, 19.99, 3.35, 7.25, 28, 0.07, 150][index % 10]!
}
