import type { Unread } from '../../../plugins/connector/contract.ts'
import { type Additions, readAdditions } from '../api/additions.ts'
import type { ProductSource } from '../api/catalogue.ts'
import { endpoints } from '../api/endpoints.ts'
import { lastUpdated, referredId, type VendorRecord } from '../api/records.ts'
import type { ComposedAgreement } from '../mappings/to-agreement.ts'
import { type CompanyRecord, type Composition, stampsOf } from './composition.ts'
import { lookAtAdditions } from './rotation.ts'
import { activeCustomerRules, hasAgreement } from './rules.ts'

/** A company with its agreements, their additions and where the products come from. */
export interface AgreementsRecord extends CompanyRecord {
  readonly agreements: readonly ComposedAgreement[]
  /** The day, UTC, for which the costs are reckoned: the same record of another day may cost something else. */
  readonly asOf: string
}

export const additionFields =
  'id,product,quantity,lessIncluded,unitPrice,extPrice,billCustomer,effectiveDate,cancelledDate,_info/lastUpdated'

export const withAgreements: Composition<AgreementsRecord> = {
  child: 'agreement',
  endpoint: endpoints.agreements,
  companyFields: 'id,identifier,name,status/id,status/name,types,deletedFlag,_info/lastUpdated',
  childFields:
    'id,name,company/id,parentAgreement/id,startDate,endDate,noEndingDateFlag,cancelledFlag,billAmount,billOneTimeFlag,billingCycle/name,currency/currencyCode,currency/name,agreementStatus,_info/lastUpdated',
  watchFields: 'id,company/id,_info/lastUpdated',
  rules: [...activeCustomerRules, hasAgreement],
  // A first agreement makes a customer take part that did not.
  childBringsCompany: true,
  isRelevant: () => true,
  lookInRotation: lookAtAdditions,
  stamps({ company, agreements }) {
    const stamps = stampsOf(
      company,
      'agreement',
      agreements.map(({ agreement }) => agreement)
    )
    for (const { agreement, additions, products } of agreements) {
      for (const addition of additions) {
        stamps[`addition:${agreement.id}/${addition.id}`] = lastUpdated(addition) ?? ''
        // Listed as long as the catalogue has the product, so that a catalogue that is hidden takes no vendor away.
        if (products[referredId(addition.product) ?? '']) stamps[`product:${agreement.id}/${addition.id}`] = ''
      }
    }
    return stamps
  },
  bare: record => ({ ...record, agreements: [], asOf: '' }),
  async make({ context, session, asOf, catalogue }, companies, { byCompany, unread }) {
    const ids = companies.flatMap(({ company }) => byCompany.get(company.id)!.map(({ id }) => id))
    const additions = await readAdditions(context, session, ids, additionFields)
    const products = [...additions.values()].flatMap(({ records }) => records.map(({ product }) => referredId(product)))
    const sources = await catalogue.find(new Set(products.filter(id => id !== undefined)))
    return companies.map(record => {
      const { id } = record.company
      const missing = [...(unread.get(id) ?? [])]
      const agreements = byCompany
        .get(id)!
        .map(agreement => composeOne(agreement, additions.get(agreement.id)!, sources, missing))
      return { ...record, agreements, asOf, unread: missing }
    })
  }
}

/** @param unread is told what cannot be read */
function composeOne(
  agreement: VendorRecord,
  { records: additions, unusable, refused }: Additions,
  sources: ReadonlyMap<string, ProductSource | null>,
  unread: Unread[]
): ComposedAgreement {
  /** Without an addition neither cost nor vendor is known. */
  const lose = (key: string, reason: string) =>
    unread.push({ key: `addition:${key}`, reason }, { key: `product:${key}`, reason })
  if (refused) lose(agreement.id, `The additions of agreement ${agreement.id} cannot be read: ${refused.message}`)
  for (const { id, reason } of unusable) lose(id === undefined ? agreement.id : `${agreement.id}/${id}`, reason)
  const products: Record<string, ProductSource> = {}
  for (const { id, product } of additions) {
    const productId = referredId(product)
    const source = productId === undefined ? undefined : sources.get(productId)
    if (source?.unread !== undefined) unread.push({ key: `product:${agreement.id}/${id}`, reason: source.unread })
    else if (source) products[productId!] = source
  }
  return { agreement, additions, products }
}
