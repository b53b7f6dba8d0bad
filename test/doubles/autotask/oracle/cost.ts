import { dividedBy, type Exact, exact, nothing, plus, times, type VendorRecord } from '../../kit/index.ts'
import type { AutotaskAccount } from '../accounts/account.ts'
import { labelOf } from '../accounts/picklists.ts'
import { dayOf, recordsOf, rowInForce } from './in-force.ts'

export interface Cost {
  /** Null: it cannot be known. */
  readonly amount: Exact | null
  readonly period: 'month' | 'contract'
  /** What each service or bundle adds to a month, and whose it is. */
  readonly lines: readonly { readonly amount: Exact; readonly vendor: string | null }[]
}

const monthsByLabel: Readonly<Record<string, number>> = { monthly: 1, quarterly: 3, 'semi-annual': 6, yearly: 12 }

/** What a customer pays for a contract, from the facts: units in force by contracted price, for a month. */
export function costOf(account: AutotaskAccount, contract: VendorRecord, day: string): Cost {
  const { tables, picklists } = account
  const held = (entity: 'ContractBlocks' | 'ContractRetainers' | 'ContractMilestones') =>
    recordsOf(tables[entity], tables[entity].children(contract.id))
  const inForce = (record: VendorRecord) => dayOf(record.startDate) <= day && dayOf(record.endDate) >= day
  const whole = (amounts: readonly Exact[]): Cost => ({
    amount: amounts.length === 0 ? null : amounts.reduce(plus, nothing),
    period: 'contract',
    lines: []
  })
  switch (labelOf(picklists, 'Contracts.contractType', contract.contractType)) {
    case 'Recurring Service':
      return recurringCost(account, contract, day)
    case 'Block Hours':
      return whole(
        held('ContractBlocks')
          .filter(inForce)
          .map(({ hours, hourlyRate }) => times(exact(hours), exact(hourlyRate)))
      )
    case 'Retainer':
      return whole(
        held('ContractRetainers')
          .filter(inForce)
          .map(({ amount }) => exact(amount))
      )
    case 'Fixed Price':
      return whole(held('ContractMilestones').map(({ amount }) => exact(amount)))
    default:
      return whole(contract.estimatedRevenue > 0 ? [exact(contract.estimatedRevenue)] : [])
  }
}

/** One-time services are no part of what recurs; one whose period nobody knows makes the cost unknown. */
function recurringCost({ tables, picklists }: AutotaskAccount, contract: VendorRecord, day: string): Cost {
  const lines: { amount: Exact; vendor: string | null }[] = []
  let isKnown = true
  const companyName = (id: unknown) => (id ? filled(tables.Companies.get(id as number)?.companyName) : null)
  const vendorOf = (of: VendorRecord | undefined, row: VendorRecord | undefined): string | null =>
    companyName(row?.vendorCompanyID) ?? companyName(of?.vendorCompanyID) ?? filled(of?.manufacturerServiceProvider)
  const take = (
    of: VendorRecord | undefined,
    row: VendorRecord | undefined,
    unitPrice: unknown,
    vendor: string | null
  ) => {
    const label = labelOf(picklists, 'Services.periodType', of?.periodType)?.toLowerCase()
    const months = label === undefined ? undefined : monthsByLabel[label]
    if (label === 'one-time') return
    if (months === undefined || !row || typeof unitPrice !== 'number') isKnown = false
    else lines.push({ amount: dividedBy(times(exact(row.units), exact(unitPrice)), months), vendor })
  }
  const bundles = recordsOf(tables.ContractServiceBundles, tables.ContractServiceBundles.children(contract.id))
  const members = (bundleId: number) =>
    recordsOf(tables.ServiceBundleServices, tables.ServiceBundleServices.children(bundleId)).map(({ serviceID }) =>
      tables.Services.get(serviceID)
    )
  const inBundles = new Set(bundles.flatMap(({ serviceBundleID }) => members(serviceBundleID).map(one => one?.id)))

  for (const held of recordsOf(tables.ContractServices, tables.ContractServices.children(contract.id))) {
    // Paid for with the bundle already.
    if (inBundles.has(held.serviceID)) continue
    const rows = tables.ContractServiceUnits.children(held.id, 'contractServiceID')
    const row = rowInForce(recordsOf(tables.ContractServiceUnits, rows), day)
    const of = tables.Services.get(held.serviceID)
    take(of, row, held.unitPrice, vendorOf(of, row))
  }
  for (const held of bundles) {
    const rows = tables.ContractServiceBundleUnits.children(held.id, 'contractServiceBundleID')
    const row = rowInForce(recordsOf(tables.ContractServiceBundleUnits, rows), day)
    const of = tables.ServiceBundles.get(held.serviceBundleID)
    const ofMember = members(held.serviceBundleID).map(one => vendorOf(one, undefined))
    take(
      of,
      row,
      held.adjustedPrice ?? held.unitPrice,
      filled(of?.manufacturerServiceProvider) ?? ofMember.find(Boolean) ?? null
    )
  }
  const hasLines = lines.length > 0
  return { amount: isKnown && hasLines ? lines.map(({ amount }) => amount).reduce(plus) : null, period: 'month', lines }
}

export function filled(value: unknown): string | null {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
  return text === '' ? null : text
}
