import type { Reject } from '../../../plugins/connector/contract.ts'
import { readAdditions } from '../api/additions.ts'
import { type Catalogue, openCatalogue, type ProductSource } from '../api/catalogue.ts'
import { endpoints } from '../api/endpoints.ts'
import { readByIds } from '../api/read-by-ids.ts'
import { referredId, type VendorRecord } from '../api/records.ts'
import type { Session } from '../api/session.ts'
import type { ComposedAgreement } from '../mappings/to-agreement.ts'
import { groupByCompany, ofCompanies, ofSpan, withoutIds } from './children.ts'
import type { CompanyRecord, Composition, Reading } from './composition.ts'
import { activeCustomerRules, hasAgreement } from './rules.ts'

/** A company with its agreements, their additions and where the products come from. */
export interface AgreementsRecord extends CompanyRecord {
  readonly agreements: readonly ComposedAgreement[]
  /** The day, UTC, for which the costs are reckoned: the same record of another day may cost something else. */
  readonly asOf: string
}

const wish = {
  fields:
    'id,name,company/id,startDate,endDate,noEndingDateFlag,cancelledFlag,billAmount,billingCycle/name,currency/currencyCode,currency/name,agreementStatus,_info/lastUpdated'
}

/** One catalogue for each read, so that a product is looked up once. */
const catalogues = new WeakMap<Session, Catalogue>()

export const withAgreements: Composition<AgreementsRecord> = {
  child: 'agreement',
  children: endpoints.agreements,
  companyFields: 'id,identifier,name,status/id,status/name,types,deletedFlag,_info/lastUpdated',
  childWatchFields: 'id,company/id,_info/lastUpdated',
  rules: [...activeCustomerRules, hasAgreement],
  // A first agreement makes a customer take part that did not.
  childBringsCompany: true,
  isRelevant: () => true,
  bare: record => ({ ...record, agreements: [], asOf: '' }),
  async compose(reading, companies, span) {
    const { session, asOf } = reading
    const ids = companies.map(({ company }) => company.id)
    if (ids.length === 0 && !span) return { records: [], rejects: [], strangers: [] }
    // Companies that are no customers have few agreements, so a range brings little that is not used.
    const found = span
      ? await ofSpan(session, endpoints.agreements, span, wish)
      : await ofCompanies(session, endpoints.agreements, ids, wish)
    const { byCompany, strangers } = groupByCompany(found.records, ids)
    const rejects = [...withoutIds(found.rejects), ...(await orphans(session, strangers))]
    const composed = await composeAll(reading, [...byCompany.values()].flat(), rejects)
    const records = companies.map(record => {
      const agreements = byCompany.get(record.company.id)!.map(agreement => composed.get(agreement.id)!)
      return { ...record, agreements, asOf }
    })
    return { records, rejects, strangers }
  }
}

async function composeAll(
  { context, session }: Reading,
  agreements: readonly VendorRecord[],
  rejects: Reject[]
): Promise<ReadonlyMap<string, ComposedAgreement>> {
  const additions = await readAdditions(
    context,
    session,
    agreements.map(({ id }) => id)
  )
  rejects.push(...additions.rejects)
  const productsOf = (id: string) => (additions.byAgreement.get(id) ?? []).map(({ product }) => referredId(product))
  const wanted = agreements.flatMap(({ id }) => productsOf(id)).filter(id => id !== undefined)
  const catalogue = catalogues.get(session) ?? openCatalogue(session)
  catalogues.set(session, catalogue)
  const sources = await catalogue.find(wanted)

  return new Map(
    agreements.map(agreement => {
      const products: Record<string, ProductSource> = {}
      for (const id of productsOf(agreement.id)) if (id !== undefined) products[id] = sources.get(id)!
      return [agreement.id, { agreement, additions: additions.byAgreement.get(agreement.id) ?? [], products }]
    })
  )
}

/** Agreements of a company that the vendor does not have: set aside, since nobody can be shown them under. */
async function orphans(session: Session, strangers: readonly VendorRecord[]): Promise<Reject[]> {
  const companyIds = new Set(strangers.map(({ company }) => referredId(company)).filter(id => id !== undefined))
  if (companyIds.size === 0) return []
  const { records, rejects } = await readByIds(session, endpoints.companies, 'id', [...companyIds], { fields: 'id' })
  const existing = new Set([...records.map(({ id }) => id), ...rejects.map(({ externalId }) => externalId)])
  return strangers
    .filter(({ company }) => !existing.has(referredId(company) ?? ''))
    .map(agreement => ({
      reason: `Agreement ${agreement.id} belongs to company ${referredId(agreement.company) ?? '(none)'}, which ConnectWise does not have.`,
      payload: agreement
    }))
}
