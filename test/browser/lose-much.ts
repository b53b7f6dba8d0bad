import type { Console } from './console.ts'

/** Of those that have come a third is gone at the vendor, and the others have lost their contacts there. */
export async function loseMuch({ host, vendor }: Console): Promise<string> {
  const { items } = await host.store.clients.list('acme', {}, { limit: 500, cursor: null })
  for (const [at, { externalId }] of items.entries()) {
    const company = Number(externalId)
    if (at % 3 === 0) vendor.deleteCompany(company)
    else for (const contact of [...vendor.data.contacts.children(company)]) vendor.removeContact(contact)
  }
  return items[0]!.connectionId
}
