import { type CallContext, CredentialsRejected, PermissionMissing } from '../../../plugins/connector/contract.ts'
import { readAdditions } from '../api/additions.ts'
import { bundlesAreRefused } from '../api/bundles.ts'
import { and, idIn, moment } from '../api/conditions.ts'
import { type Endpoint, endpoints } from '../api/endpoints.ts'
import { count } from '../api/list.ts'
import type { Query } from '../api/query.ts'
import { readByIds } from '../api/read-by-ids.ts'
import { lastUpdated, readRecords, referredId, type VendorRecord } from '../api/records.ts'
import type { Session } from '../api/session.ts'
import { howToGrant, rights } from '../permissions.ts'
import { wantedOf } from '../resolve.ts'
import { activeCustomers } from '../syncs/company-filter.ts'
import { additionFields, withAgreements } from '../syncs/compose-agreements.ts'
import { withContacts } from '../syncs/compose-contacts.ts'
import { inWords } from './failure-words.ts'
import { type CheckName, type Findings, failed, type Outcome, passed, skipped } from './outcome.ts'

/** Records of a page: enough to see whether they say when they changed, and for the children's lists of ids. */
const pageSize = 10

/**
 * Asks what a sync asks, in small: an account that passes syncs. What one list gives is put into the next question
 * where it can be; what cannot be read keeps no other from being tried, so that all that is missing shows at once.
 */
export async function tryReading(context: CallContext, session: Session, findings: Findings): Promise<void> {
  /** What the questions of one check give; undefined if one of them was not answered. */
  async function check<T>(
    name: CheckName,
    endpoint: Endpoint,
    questions: () => Promise<T>,
    outcome: (found: T) => Outcome
  ): Promise<T | undefined> {
    try {
      const found = await questions()
      findings.add(outcome(found))
      return found
    } catch (failure) {
      findings.add(outcomeOf(name, failure, context, endpoint))
      return undefined
    }
  }
  /** A list as a pass reads it: counted, and a page of it, then one more if the vendor says that more follows. */
  async function listed(endpoint: Endpoint, query: Query): Promise<readonly VendorRecord[]> {
    const ask = (pageId?: number) =>
      session.ask(endpoint, { query: { ...query, pageSize, pageId }, forwardOnly: true, attempts: 2 })
    const [first] = await Promise.all([ask(), count(session, endpoint, query)])
    const { records } = readRecords(first.body, endpoint.path)
    const last = records.at(-1)
    if (!last || !/rel="?next"?/i.test(first.headers.link ?? '')) return records
    return [...records, ...readRecords((await ask(Number(last.id))).body, endpoint.path).records]
  }

  // The customers' fields hold the agreements' too.
  const { companyFields: fields, childFields: contactFields, conditions: active } = withContacts
  const since = `lastUpdated>=${moment(new Date(context.now().getTime() - 3_600_000))}`
  const companies = await check(
    'companies-readable',
    endpoints.companies,
    async () => {
      const changed = { query: { conditions: since, fields, pageSize }, forwardOnly: true }
      const customers = listed(endpoints.companies, { ...activeCustomers(wantedOf(context)), fields })
      return (await Promise.all([customers, session.ask(endpoints.companies, changed)]))[0]
    },
    readableCompanies
  )
  const parents = (companies ?? []).map(({ id }) => id)
  const own = parents.length === 0 ? undefined : idIn('company/id', parents)
  const contacts = check(
    'contacts-readable',
    endpoints.contacts,
    () => listed(endpoints.contacts, { conditions: and(own, active), fields: contactFields }),
    () => passed('contacts-readable', 'Contacts can be read.')
  )
  const agreements = await check(
    'agreements-readable',
    endpoints.agreements,
    async () => {
      const query = { fields: withAgreements.childFields }
      const found = await listed(endpoints.agreements, { ...query, conditions: own })
      // These companies may have none: any agreement shows as well whether additions can be read.
      return found.length > 0 || own === undefined ? found : listed(endpoints.agreements, query)
    },
    readableAgreements
  )
  const ids = (agreements ?? []).slice(0, 2).map(({ id }) => id)
  if (ids.length === 0) {
    const why = agreements ? 'there is no agreement to read additions of' : 'agreements cannot be read'
    findings.add(skipped('additions-readable', `Not tried: ${why}.`))
  }
  const additions =
    ids.length > 0 &&
    (await check(
      'additions-readable',
      endpoints.bundles,
      async () => {
        const lists = [...(await readAdditions(context, session, ids, additionFields)).values()]
        for (const { refused } of lists) if (refused) throw refused
        return lists.flatMap(({ records }) => records)
      },
      () => readableAdditions(bundlesAreRefused(context, session))
    ))
  const products = (additions || []).map(({ product }) => referredId(product)).filter(id => id !== undefined)
  const catalogue = { session, endpoint: endpoints.catalogue, query: { fields: 'id,identifier,vendor,manufacturer' } }
  await check(
    'product-catalogue-readable',
    endpoints.catalogue,
    async () =>
      products.length > 0
        ? readByIds(catalogue, 'id', [...new Set(products)].slice(0, pageSize))
        : session.ask(endpoints.catalogue, { query: { ...catalogue.query, pageSize: 1 }, forwardOnly: true }),
    () => passed('product-catalogue-readable', 'The product catalogue can be read.')
  )
  await contacts
}

function readableCompanies(found: readonly VendorRecord[]): Outcome {
  const name = 'companies-readable'
  if (found.length === 0) {
    const fix = `If it has some, ${howToGrant('companies')} A level other than "All" hides them.`
    return passed(name, 'Companies can be read, but ConnectWise shows none of these types and statuses.', fix)
  }
  // Each id beyond the one before: forward-only paging is in force, also behind a gateway.
  if (found.some(({ id }, at) => at > 0 && Number(found[at - 1]!.id) >= Number(id))) {
    const message = 'ConnectWise does not page by id: the second page begins with records of the first.'
    const fix = 'If a proxy or gateway stands before the API, let it pass the header "pagination-type".'
    return failed(name, message, fix)
  }
  if (found.some(company => lastUpdated(company) !== undefined)) return passed(name, 'Companies can be read.')
  return passed(
    name,
    'Companies can be read, but they do not say when they changed (_info.lastUpdated is missing), so changes show only with the daily compare.',
    'Ask ConnectWise support why the API leaves out _info.lastUpdated, or compare more often.'
  )
}

function readableAgreements({ length }: readonly VendorRecord[]): Outcome {
  if (length > 0) return passed('agreements-readable', 'Agreements can be read.')
  const fix = `If you have agreements: ${howToGrant('agreements')} A level other than "All" hides them.`
  return passed('agreements-readable', 'Agreements can be read, but ConnectWise shows none.', fix)
}

function readableAdditions(oneByOne: boolean): Outcome {
  const outcome = passed('additions-readable', 'Additions can be read.')
  if (!oneByOne) return outcome
  const remark =
    'Bundles are refused by this instance, so additions are read one agreement at a time, which takes more requests.'
  return { ...outcome, remark }
}

/** What a question that failed means for the check that asked it. */
function outcomeOf(name: CheckName, failure: unknown, { signal }: CallContext, { permission }: Endpoint): Outcome {
  if (failure instanceof PermissionMissing && permission) {
    const message = `The API member may not read this: its security role lacks "${rights[permission].name}".`
    return failed(name, message, howToGrant(permission))
  }
  if (failure instanceof CredentialsRejected) return failed(name, failure.message, 'Type the credentials again.')
  const { message, fix } = inWords(failure, signal)
  return failed(name, message, fix)
}
