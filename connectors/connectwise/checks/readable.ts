import { PermissionMissing } from 'integration-host/connector'
import {
  failed,
  type Outcome,
  passed,
  readRecords,
  readSome,
  skipped,
  type VendorRecord
} from 'integration-host/connector/kit'
import { readAdditions } from '../api/additions.ts'
import { bundlesAreRefused } from '../api/bundles.ts'
import { and, idIn } from '../api/conditions.ts'
import { type Endpoint, endpoints } from '../api/endpoints.ts'
import { count, listOf, type Question, readBy } from '../api/lists.ts'
import type { Context } from '../form.ts'
import { howToGrant, type Permission, rights } from '../permissions.ts'
import { companiesWith } from '../syncs/companies.ts'
import { activeCustomers } from '../syncs/company-filter.ts'
import { productFields, type Reading } from '../syncs/reading.ts'
import { additionFields, agreements } from '../syncs/with-agreements.ts'
import { contacts, customerFields } from '../syncs/with-contacts.ts'
import { lastUpdated, referredId } from '../values.ts'
import type { Findings } from './names.ts'

/** Records of a page: enough to see whether they say when they changed, and for the children's lists of ids. */
const pageSize = 10

/**
 * Asks what a sync asks, in small: an account that passes syncs. What one list gives is put into the next question
 * where it can be; what cannot be read keeps no other from being tried, so that all that is missing shows at once.
 */
export async function tryReading(context: Context, reading: Reading, findings: Findings): Promise<void> {
  const { session, wanted } = reading
  const check = <T>(
    name: Parameters<Findings['add']>[0],
    { permission }: { readonly permission: Permission },
    questions: () => Promise<T>,
    outcome: (found: T) => Outcome
  ) => findings.ask(name, questions, outcome, { means: failure => withoutRight(failure, permission) })
  /** A list as a pass reads it: counted, and a page of it, then one more if the vendor says that more follows. */
  async function listed(endpoint: Endpoint, question: Question): Promise<readonly VendorRecord[]> {
    const list = listOf(session, endpoint, question)
    const pageAfter = async (after: number) => {
      const { entries, more } = await list.page({ after, size: pageSize, idsOnly: false, attempts: 2 })
      return { more, ...readRecords(entries, list.what) }
    }
    const [{ more, records }] = await Promise.all([pageAfter(0), count(session, endpoint, question)])
    return more ? [...records, ...(await pageAfter(Number(records.at(-1)?.id))).records] : records
  }

  const found = await check(
    'companies-readable',
    endpoints.companies,
    async () => {
      const since = new Date(context.now().getTime() - 3_600_000)
      const [customers] = await Promise.all([
        // These fields hold those of the agreements' customers too.
        listed(endpoints.companies, { ...activeCustomers(wanted), fields: customerFields }),
        readSome(companiesWith(customerFields).changedSince(reading, since, []), pageSize)
      ])
      return customers
    },
    readableCompanies
  )
  const parents = (found ?? []).map(({ id }) => id)
  const own = parents.length === 0 ? undefined : idIn('company/id', parents)
  const ofContacts = check(
    'contacts-readable',
    endpoints.contacts,
    () => listed(endpoints.contacts, { fields: contacts.fields, conditions: and(own, contacts.conditions) }),
    () => passed('Contacts can be read.')
  )
  const ofAgreements = await check(
    'agreements-readable',
    endpoints.agreements,
    async () => {
      const { fields } = agreements
      const some = await listed(endpoints.agreements, { fields, conditions: own })
      // These companies may have none: any agreement shows as well whether additions can be read.
      return some.length > 0 || own === undefined ? some : listed(endpoints.agreements, { fields })
    },
    readableAgreements
  )
  const ids = (ofAgreements ?? []).slice(0, 2).map(({ id }) => id)
  if (ids.length === 0) {
    const why = ofAgreements ? 'there is no agreement to read additions of' : 'agreements cannot be read'
    findings.add('additions-readable', skipped(`Not tried: ${why}.`))
  }
  const ofAdditions =
    ids.length > 0 &&
    (await check(
      'additions-readable',
      endpoints.bundles,
      async () => {
        const lists = [...(await readAdditions(session, ids, additionFields)).values()]
        for (const { refused } of lists) if (refused) throw refused
        return lists.flatMap(({ records }) => records)
      },
      () => passed('Additions can be read.', { remark: bundlesAreRefused(session) ? oneByOne : undefined })
    ))
  const products = (ofAdditions || []).map(({ product }) => referredId(product)).filter(id => id !== undefined)
  await check(
    'product-catalogue-readable',
    endpoints.catalogue,
    async () =>
      products.length > 0
        ? readBy(session, endpoints.catalogue, 'id', [...new Set(products)].slice(0, pageSize), productFields)
        : readSome(listOf(session, endpoints.catalogue, productFields), 1),
    () => passed('The product catalogue can be read.')
  )
  await ofContacts
}

/** What a missing right means for the check that asked. */
function withoutRight(failure: unknown, permission: Permission): Outcome | undefined {
  if (!(failure instanceof PermissionMissing)) return undefined
  const message = `The API member may not read this: its security role lacks "${rights[permission].name}".`
  return failed(message, howToGrant(permission))
}

function readableCompanies(found: readonly VendorRecord[]): Outcome {
  if (found.length === 0) {
    const fix = `If it has some, ${howToGrant('companies')} A level other than "All" hides them.`
    return passed('Companies can be read, but ConnectWise shows none of these types and statuses.', { fix })
  }
  // Each id beyond the one before: forward-only paging is in force, also behind a gateway.
  if (found.some(({ id }, at) => at > 0 && Number(found[at - 1]!.id) >= Number(id))) {
    const message = 'ConnectWise does not page by id: the second page begins with records of the first.'
    const fix = 'If a proxy or gateway stands before the API, let it pass the header "pagination-type".'
    return failed(message, fix)
  }
  if (found.some(company => lastUpdated(company) !== undefined)) return passed('Companies can be read.')
  return passed(
    'Companies can be read, but they do not say when they changed (_info.lastUpdated is missing), so changes show only with the daily compare.',
    { fix: 'Ask ConnectWise support why the API leaves out _info.lastUpdated, or compare more often.' }
  )
}

function readableAgreements({ length }: readonly VendorRecord[]): Outcome {
  if (length > 0) return passed('Agreements can be read.')
  const fix = `If you have agreements: ${howToGrant('agreements')} A level other than "All" hides them.`
  return passed('Agreements can be read, but ConnectWise shows none.', { fix })
}

const oneByOne =
  'Bundles are refused by this instance, so additions are read one agreement at a time, which takes more requests.'
