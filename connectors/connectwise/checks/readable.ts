import type { CallContext } from '../../../plugins/connector/contract.ts'
import { readAdditions } from '../api/additions.ts'
import { bundlesAreRefused } from '../api/bundles.ts'
import { and, idIn, moment } from '../api/conditions.ts'
import { type Endpoint, endpoints } from '../api/endpoints.ts'
import { readByIds } from '../api/read-by-ids.ts'
import { lastUpdated, referredId, type VendorRecord } from '../api/records.ts'
import type { Session } from '../api/session.ts'
import { howToGrant } from '../permissions.ts'
import { activeCustomers } from '../syncs/company-filter.ts'
import { additionFields, withAgreements } from '../syncs/compose-agreements.ts'
import { withContacts } from '../syncs/compose-contacts.ts'
import { wantedOf } from '../syncs/wanted.ts'
import { type CheckName, type Findings, failed, type Outcome, passed, skipped } from './outcome.ts'
import { countOf, outcomeOf, readTwoPages } from './try-list.ts'

/** Records of a page: enough to see whether they say when they changed, and for the children's lists of ids. */
const pageSize = 10

interface Look {
  readonly context: CallContext
  readonly session: Session
  readonly findings: Findings
}

/** Runs the questions of one check; what it returns if they were answered, undefined if the check has failed. */
async function asked<T>(
  { context, findings }: Look,
  name: CheckName,
  endpoint: Endpoint,
  questions: () => Promise<T>
): Promise<T | undefined> {
  try {
    return await questions()
  } catch (failure) {
    findings.add(outcomeOf(name, failure, context, endpoint))
    return undefined
  }
}

/** Companies of the settings' types and statuses, counted too, and those that changed: what a pass and a poll ask. */
async function companies(look: Look): Promise<readonly VendorRecord[] | undefined> {
  const { context, session, findings } = look
  const wanted = wantedOf(context)
  const filter = wanted.typeIds.size > 0 && wanted.statusIds.size > 0 ? activeCustomers(wanted) : {}
  // The customers' fields hold the agreements' too.
  const fields = withContacts.companyFields
  const since = `lastUpdated>=${moment(new Date(context.now().getTime() - 3_600_000))}`
  const found = await asked(look, 'companies-readable', endpoints.companies, async () => {
    const list = { endpoint: endpoints.companies, query: { ...filter, fields, pageSize } }
    const [page] = await Promise.all([
      readTwoPages(session, list),
      countOf(session, list),
      session.ask(endpoints.companies, { query: { conditions: since, fields, pageSize }, forwardOnly: true })
    ])
    return page
  })
  if (found) findings.add(readableCompanies(found))
  return found
}

function readableCompanies(found: readonly VendorRecord[]): Outcome {
  const name = 'companies-readable'
  if (found.length === 0) {
    const fix = `If it has some, ${howToGrant('companies')} A level other than "All" hides them.`
    return passed(name, 'Companies can be read, but ConnectWise shows none of these types and statuses.', fix)
  }
  if (inOrder(found)) {
    if (found.some(company => lastUpdated(company) !== undefined)) return passed(name, 'Companies can be read.')
    return passed(
      name,
      'Companies can be read, but they do not say when they changed (_info.lastUpdated is missing), so changes show only with the daily compare.',
      'Ask ConnectWise support why the API leaves out _info.lastUpdated, or compare more often.'
    )
  }
  return failed(
    name,
    'ConnectWise does not page by id: the second page begins with records of the first.',
    'If a proxy or gateway stands before the API, let it pass the header "pagination-type".'
  )
}

/** Each id beyond the one before: forward-only paging is in force, also behind a gateway. */
const inOrder = (found: readonly VendorRecord[]) =>
  found.every(({ id }, at) => at === 0 || Number(found[at - 1]!.id) < Number(id))

/** `company/id in (1,2)`, as children are asked for; without companies the list as such. */
const ofCompanies = (found: readonly VendorRecord[]): string | undefined =>
  found.length === 0
    ? undefined
    : idIn(
        'company/id',
        found.map(({ id }) => id)
      )

async function contacts(look: Look, parents: readonly VendorRecord[]): Promise<void> {
  const { session, findings } = look
  const { endpoint, childFields: fields } = withContacts
  const conditions = and(ofCompanies(parents), withContacts.conditions)
  const list = { endpoint, query: { conditions, fields, pageSize } }
  const done = await asked(look, 'contacts-readable', endpoint, async () =>
    Promise.all([session.ask(endpoint, { query: list.query, forwardOnly: true }), countOf(session, list)])
  )
  if (done) findings.add(passed('contacts-readable', 'Contacts can be read.'))
}

async function agreements(look: Look, parents: readonly VendorRecord[]): Promise<void> {
  const { session, findings } = look
  const { endpoint, childFields: fields } = withAgreements
  const list = (conditions: string | undefined) => ({ endpoint, query: { conditions, fields, pageSize } })
  const found = await asked(look, 'agreements-readable', endpoint, async () => {
    const own = ofCompanies(parents)
    const [page] = await Promise.all([readTwoPages(session, list(own)), countOf(session, list(own))])
    // These companies may have none: any agreement shows as well whether additions can be read.
    return page.length > 0 || own === undefined ? page : await readTwoPages(session, list(undefined))
  })
  if (!found) {
    findings.add(skipped('additions-readable', 'Not tried: agreements cannot be read.'))
    return catalogue(look, [])
  }
  if (found.length === 0) {
    const fix = `If you have agreements: ${howToGrant('agreements')} A level other than "All" hides them.`
    findings.add(
      passed('agreements-readable', 'Agreements can be read, but ConnectWise shows none.', fix),
      skipped('additions-readable', 'Not tried: there is no agreement to read additions of.')
    )
    return catalogue(look, [])
  }
  findings.add(passed('agreements-readable', 'Agreements can be read.'))
  await additions(look, found)
}

/** A bundle, as a pass reads them; where bundles are refused, one agreement by itself. */
async function additions(look: Look, found: readonly VendorRecord[]): Promise<void> {
  const { context, session, findings } = look
  const ids = found.slice(0, 2).map(({ id }) => id)
  const read = await asked(look, 'additions-readable', endpoints.bundles, async () => {
    const lists = [...(await readAdditions(context, session, ids, additionFields)).values()]
    for (const { refused } of lists) if (refused) throw refused
    return lists
  })
  if (read) {
    const refused = bundlesAreRefused(context, session)
    const remark =
      'Bundles are refused by this instance, so additions are read one agreement at a time, which takes more requests.'
    const outcome = passed('additions-readable', 'Additions can be read.')
    findings.add(refused ? { ...outcome, remark } : outcome)
  }
  const products = (read ?? []).flatMap(({ records }) => records).map(({ product }) => referredId(product))
  await catalogue(look, [...new Set(products.filter(id => id !== undefined))])
}

async function catalogue(look: Look, productIds: readonly string[]): Promise<void> {
  const { session, findings } = look
  const fields = 'id,identifier,vendor,manufacturer'
  const done = await asked(look, 'product-catalogue-readable', endpoints.catalogue, async () =>
    productIds.length > 0
      ? readByIds({ session, endpoint: endpoints.catalogue, query: { fields } }, 'id', productIds.slice(0, pageSize))
      : session.ask(endpoints.catalogue, { query: { fields, pageSize: 1 }, forwardOnly: true })
  )
  if (done) findings.add(passed('product-catalogue-readable', 'The product catalogue can be read.'))
}

/**
 * Asks what a sync asks, in small: an account that passes syncs. What one list gives is put into the next question
 * where it can be; what cannot be read keeps no other from being tried, so that all that is missing shows at once.
 */
export async function tryReading(context: CallContext, session: Session, findings: Findings): Promise<void> {
  const look = { context, session, findings }
  const parents = (await companies(look)) ?? []
  await Promise.all([contacts(look, parents), agreements(look, parents)])
}
