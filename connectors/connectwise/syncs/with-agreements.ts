import type { Stamps, Unread } from 'integration-host/connector'
import {
  type Composition,
  lookInRotation,
  type Place,
  type Shelved,
  stampsWith,
  type VendorRecord
} from 'integration-host/connector/kit'
import { type Additions, readAdditions } from '../api/additions.ts'
import { bundleSize, bundlesAreRefused } from '../api/bundles.ts'
import { endpoints } from '../api/endpoints.ts'
import type { Session } from '../api/session.ts'
import type { Context } from '../form.ts'
import type { ComposedAgreement } from '../mappings/to-agreement.ts'
import { lastUpdated, referredId } from '../values.ts'
import { type ChildKind, childrenOf } from './children.ts'
import { type CompanyRecord, companiesWith, companyStamps, factsOf, ofCompany } from './companies.ts'
import type { Reading } from './reading.ts'

/** A company with its agreements, their additions and where the products come from. */
export interface AgreementsRecord extends CompanyRecord {
  readonly agreements: readonly ComposedAgreement[]
  /** The day, UTC, for which the costs are reckoned: the same record of another day may cost something else. */
  readonly asOf: string
}

const customerFields = 'id,identifier,name,status/id,status/name,types,deletedFlag,_info/lastUpdated'
export const additionFields =
  'id,product,quantity,lessIncluded,unitPrice,extPrice,billCustomer,effectiveDate,cancelledDate,_info/lastUpdated'

export const agreements = {
  one: 'agreement',
  endpoint: endpoints.agreements,
  fields:
    'id,name,company/id,parentAgreement/id,startDate,endDate,noEndingDateFlag,cancelledFlag,billAmount,billOneTimeFlag,billingCycle/name,currency/currencyCode,currency/name,agreementStatus,_info/lastUpdated',
  watched: 'id,company/id,_info/lastUpdated',
  isRelevant: () => true,
  // A first agreement makes a customer take part that did not.
  bringsParent: true
} as const satisfies ChildKind

/** Agreements asked about in one poll where bundles are refused. */
const singles = 5
const children = childrenOf(agreements)

export const withAgreements: Composition<Reading, AgreementsRecord, Context> = {
  ...ofCompany,
  parents: companiesWith(customerFields),
  children,
  stamps({ company, agreements }) {
    const all = agreements.map(({ agreement }) => agreement)
    const stamps = stampsWith(companyStamps(company), children, all)
    for (const { agreement, additions, products } of agreements) {
      for (const addition of additions) {
        stamps[`addition:${agreement.id}/${addition.id}`] = lastUpdated(addition) ?? ''
        // Listed as long as the catalogue has the product, so that a catalogue that is hidden takes no vendor away.
        if (products[referredId(addition.product) ?? '']) stamps[`product:${agreement.id}/${addition.id}`] = ''
      }
    }
    return stamps
  },
  async make({ session, wanted, asOf, products }, companies, found) {
    const ids = companies.flatMap(({ id }) => (found?.of(id) ?? []).map(agreement => agreement.id))
    const additions = await readAdditions(session, ids, additionFields)
    const named = [...additions.values()].flatMap(({ records }) => records.map(({ product }) => referredId(product)))
    const sources = await products.find(named.filter(id => id !== undefined))
    return companies.map(company => {
      const unread = [...(found?.unread(company.id) ?? [])]
      const agreements = (found?.of(company.id) ?? []).map(agreement =>
        composeOne(agreement, additions.get(agreement.id)!, sources, unread)
      )
      return { company, facts: factsOf(company, wanted), agreements, asOf, unread }
    })
  },
  /** The vendor has no list of changed additions. */
  lookInRotation: ({ session }, context, touched) =>
    lookInRotation(context, touched, {
      size: bundlesAreRefused(session) ? singles : bundleSize,
      kind: 'addition',
      listed: turn => additionsListed(session, turn)
    })
}

/** @param unread is told what cannot be read */
function composeOne(
  agreement: VendorRecord,
  { records: additions, unusable, refused }: Additions,
  sources: ReadonlyMap<string, Shelved>,
  unread: Unread[]
): ComposedAgreement {
  /** Without an addition neither cost nor vendor is known. */
  const lose = (key: string, reason: string) =>
    unread.push({ key: `addition:${key}`, reason }, { key: `product:${key}`, reason })
  if (refused) lose(agreement.id, `The additions of agreement ${agreement.id} cannot be read: ${refused.message}`)
  for (const { id, reason } of unusable) lose(id === undefined ? agreement.id : `${agreement.id}/${id}`, reason)
  const products: Record<string, VendorRecord> = {}
  for (const { id, product } of additions) {
    const productId = referredId(product)
    const source = sources.get(productId ?? '')
    if (source && 'unread' in source) unread.push({ key: `product:${agreement.id}/${id}`, reason: source.unread })
    else if (source) products[productId!] = source.record
  }
  return { agreement, additions, products }
}

async function additionsListed(session: Session, turn: readonly Place[]): Promise<ReadonlyMap<string, Stamps>> {
  const ids = turn.map(({ agreement }) => agreement)
  const lists = [...(await readAdditions(session, ids, 'id,_info/lastUpdated'))]
  // What cannot be read is not gone.
  const readable = lists.filter(([, { unusable, refused }]) => !refused && unusable.length === 0)
  return new Map(
    readable.map(([id, { records }]) => [
      id,
      Object.fromEntries(records.map(one => [`addition:${id}/${one.id}`, lastUpdated(one) ?? '']))
    ])
  )
}
