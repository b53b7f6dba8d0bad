/** A client's agreements after an answer: additions, edits and cancellations at once, what would be less as it was. */
import { Big } from 'big.js'
import { agreementIdOf } from './client-keys.ts'
import type { Loss } from './loss.ts'
import type { Agreement } from './shapes/agreement.ts'
import type { ClientAgreement, ClientRecord } from './stored-client.ts'
import { digestOf, notListed, shown, unlisted, type Withheld } from './withheld.ts'

/** What is compared with: null where the part takes no part, so that nothing of it can be lost. */
type Against = Withheld | null

export interface AgreementsAfter {
  readonly agreements: readonly ClientAgreement[]
  /** New ones of which something could not be read: they are not kept, and count as not seen. */
  readonly leftOut: readonly string[]
}

export function agreementsAfter(
  record: ClientRecord,
  listed: readonly Agreement[],
  isUnread: (field: 'agreements' | 'cost' | 'vendor', id: string) => boolean,
  against: Against,
  at: string
): AgreementsAfter {
  const before = new Map(record.agreements.map(agreement => [agreement.externalId, agreement]))
  const agreements: ClientAgreement[] = []
  const leftOut: string[] = []
  for (const given of listed) {
    const id = given.externalId
    const former = before.get(id)
    before.delete(id)
    const whole = isUnread('agreements', id)
    const isPartly = whole || isUnread('cost', id) || isUnread('vendor', id)
    if (isPartly && (!former || former.status === 'gone')) {
      leftOut.push(id)
      if (former) agreements.push(former)
    } else if (whole) agreements.push(asItWas(former!, against))
    else agreements.push(put(record, edited(former, given, isUnread, against), former, at))
  }
  for (const former of before.values()) agreements.push(withoutListing(former, listed, isUnread, against, at))
  agreements.sort((a, b) => (a.externalId < b.externalId ? -1 : 1))
  return { agreements, leftOut }
}

function edited(
  former: ClientAgreement | undefined,
  given: Agreement,
  isUnread: (field: 'cost' | 'vendor', id: string) => boolean,
  against: Against
): Agreement {
  if (!former || former.status === 'gone') return given
  const id = given.externalId
  let next = given
  if (isUnread('cost', id)) {
    against?.leave(`cost:${id}`, 'cost', id)
    next = { ...next, ...costOf(former) }
  } else if (against && isAnother(former.overallCost, given.overallCost)) {
    const gone = against.unlisted('cost', id)
    if (given.overallCost === null || gone.length > 0) {
      against.weigh(costLoss(former, given, gone))
      next = { ...next, ...costOf(former) }
    }
  }
  if (isUnread('vendor', id)) {
    against?.leave(`vendor:${id}`, 'vendor', id)
    return { ...next, ...vendorOf(former) }
  }
  const names = former.vendors.filter(name => !given.vendors.includes(name))
  const gone = against?.unlisted('vendor', id) ?? []
  if (!against || names.length === 0 || (given.vendors.length > 0 && gone.length === 0)) return next
  against.weigh(vendorLoss(former, given, names, gone))
  return { ...next, vendorName: former.vendorName, vendors: [...given.vendors, ...names] }
}

/** It is not in the answer: kept with its loss, or gone at once if it is listed and only not contributed any more. */
function withoutListing(
  former: ClientAgreement,
  listed: readonly Agreement[],
  isUnread: (field: 'agreements', id: string) => boolean,
  against: Against,
  at: string
): ClientAgreement {
  const id = former.externalId
  if (former.status === 'gone') return former
  if (isUnread('agreements', id)) return asItWas(former, against)
  if (against && (against.isUnlisted(id) || listed.length === 0)) {
    against.weigh(agreementLoss(former, against))
    return former
  }
  return { ...former, status: 'gone', updatedAt: at }
}

/** It could not be read, and with it nothing that it is made of. */
function asItWas(former: ClientAgreement, against: Against): ClientAgreement {
  const id = former.externalId
  against?.leave(`agreement:${id}`, 'agreements', id)
  against?.leave(`cost:${id}`, 'cost', id)
  against?.leave(`vendor:${id}`, 'vendor', id)
  return former
}

function put(record: ClientRecord, next: Agreement, former: ClientAgreement | undefined, at: string): ClientAgreement {
  const id = agreementIdOf(record.connectionId, next.externalId)
  const stored: ClientAgreement = { ...next, id, updatedAt: at }
  if (!former) return stored
  return JSON.stringify({ ...stored, updatedAt: former.updatedAt }) === JSON.stringify(former) ? former : stored
}

/** @param against to find the children that are not listed any more: the agreement's own, and what its cost and vendor are made of */
export function agreementLoss(former: ClientAgreement, against: Withheld, reason?: string): Loss {
  const id = former.externalId
  const gone = [...new Set((['agreements', 'cost', 'vendor'] as const).flatMap(field => against.unlisted(field, id)))]
  return {
    key: `agreement:${id}`,
    kind: 'agreements',
    was: shown(former.contractName ?? former.vendorName),
    to: null,
    digest: digestOf('agreement', id),
    reason: reason ?? (gone.length > 0 ? notListed(gone) : 'The vendor lists no agreement of it any more'),
    ...(former.overallCost !== null && { amount: { sum: sumOf(former), value: former.overallCost } }),
    ...unlisted(gone)
  }
}

function costLoss(former: ClientAgreement, given: Agreement, gone: readonly string[]): Loss {
  const was = former.overallCost!
  const falls = new Big(was).minus(given.overallCost ?? 0)
  return {
    key: `cost:${former.externalId}`,
    kind: 'costs',
    was: worded(former),
    to: given.overallCost === null ? null : worded(given),
    digest: digestOf('cost', costOf(given)),
    reason: gone.length > 0 ? notListed(gone) : 'The vendor says nothing of its cost any more',
    ...(falls.gt(0) && { amount: { sum: sumOf(former), value: falls.toFixed() } }),
    put: costOf(given),
    ...unlisted(gone)
  }
}

function vendorLoss(former: ClientAgreement, given: Agreement, names: string[], gone: readonly string[]): Loss {
  return {
    key: `vendor:${former.externalId}`,
    kind: 'vendors',
    was: shown(former.vendors.join(', ')),
    to: given.vendors.length === 0 ? null : shown(given.vendors.join(', ')),
    digest: digestOf('vendor', names.toSorted()),
    reason: gone.length > 0 ? notListed(gone) : 'The vendor names no vendor of it any more',
    values: names,
    put: { vendorName: given.vendorName },
    ...unlisted(gone)
  }
}

const costOf = ({ overallCost, currency, billingCycle, billedOnce }: Agreement) => ({
  overallCost,
  currency,
  billingCycle,
  billedOnce
})
const vendorOf = ({ vendorName, vendors }: Agreement) => ({ vendorName, vendors })

/** Dearer too: without a discount that is not listed any more the cost is as wrong as without an addition. */
function isAnother(former: string | null, now: string | null): boolean {
  return former !== null && (now === null || !new Big(now).eq(former))
}

function worded({ overallCost, currency, billingCycle }: Agreement): string {
  return shown([overallCost, currency, billingCycle].filter(Boolean).join(' '))
}

/** The sum that an agreement's cost is part of: those of one currency and cycle can be added up. */
export function sumOf({ currency, billingCycle, billedOnce }: Agreement): string {
  return `${currency ?? '?'}/${billedOnce ? 'once' : (billingCycle ?? '?')}`
}
