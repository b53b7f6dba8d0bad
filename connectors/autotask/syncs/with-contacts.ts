import { text } from 'integration-host/connector'
import { type Composition, stampsWith, type VendorRecord } from 'integration-host/connector/kit'
import { entities } from '../api/entities.ts'
import { tableOf } from '../api/lists.ts'
import type { Context } from '../form.ts'
import { childrenOf } from './children.ts'
import { type CompanyRecord, companyStamps, factsOf, ofCompany } from './companies.ts'
import type { Reading } from './reading.ts'

/** A company with its contacts; those that a complete pass reads are the active ones. */
export interface CustomerRecord extends CompanyRecord {
  readonly contacts: readonly VendorRecord[]
  /** Nobody else's addresses and phones are wanted than the primary contact's. */
  readonly onlyPrimary: boolean
  readonly country: string | null
}

export const isActiveContact = ({ isActive }: VendorRecord) => isActive === true || Number(isActive) === 1

export const contactChildren = childrenOf({
  one: 'contact',
  entity: entities.contacts,
  stamps: ['lastModifiedDate', 'lastActivityDate'],
  watched: ['isActive'],
  // A number here, where companies have true and false.
  filter: [{ op: 'eq', field: 'isActive', value: 1 }],
  isRelevant: isActiveContact,
  // Every company that matches takes part, with contacts or without.
  bringsParent: false
})

export const withContacts: Composition<Reading, CustomerRecord, Context> = {
  ...ofCompany,
  children: contactChildren,
  stamps: ({ company, contacts }) => stampsWith(companyStamps(company), contactChildren, contacts),
  async make(reading, found, contacts) {
    const factsFor = await factsOf(reading, found)
    const countries = await countriesOf(reading, found)
    const onlyPrimary = reading.settings.contacts === 'primary'
    return found.map(company => {
      const country = countries.get(text(company.countryID) ?? '')
      return {
        company,
        facts: factsFor(company),
        contacts: contacts?.of(company.id) ?? [],
        unread: contacts?.unread(company.id) ?? [],
        onlyPrimary,
        country: text(country?.displayName) ?? text(country?.name)
      }
    })
  }
}

/** One that companies name and the list does not have is asked for once more: without its country an address and its phones are others. */
async function countriesOf({ session }: Reading, companies: readonly VendorRecord[]) {
  const named = new Set(companies.flatMap(({ countryID }) => text(countryID) ?? []))
  if (named.size === 0) return new Map<string, VendorRecord>()
  const countries = await tableOf(session, entities.countries)
  return [...named].every(id => countries.has(id)) ? countries : tableOf(session, entities.countries, 'again')
}
