/** What is billed, vendor by vendor: summed up from lists of agreements, page by page, with exact decimals. */
import { Big } from 'big.js'
import type { Static } from 'typebox'
import { money, zero } from '../connector/values/money.ts'
import type { AgreementRow, ClientStore, Store } from '../storage/port.ts'
import type { Vendors } from './vendor-schemas.ts'

/** Agreements read for one answer: some seconds of work on a slow machine, many times what a provider has. */
const MOST = 100_000
const AT_ONCE = 500
/** In one answer. Vendors, currencies and cycles are the vendor's words: there may be as many as agreements. */
const MOST_VENDORS = 500
const MOST_COSTS = 5000
/** Of one vendor, so that one with odd words leaves the others their sums. */
const MOST_COSTS_EACH = 100

type Vendor = Static<typeof Vendors>['items'][number]
type Cost = Vendor['costs'][number]
type Filter = Omit<Parameters<ClientStore['listAgreements']>[1], 'clientId'>

/** `status` is compared as stored. */
export interface VendorsAsked extends Filter {
  /** Agreements read at most. @default 100,000 */
  readonly most?: number
  /** Vendors told at most. @default 500 */
  readonly mostVendors?: number
}

const underWay = new WeakMap<ClientStore, Map<string, Promise<Static<typeof Vendors>>>>()

/** Who asks while the same is being summed up gets that answer. */
export function listVendors(
  { clients }: Pick<Store, 'clients'>,
  tenant: string,
  { most = MOST, mostVendors = MOST_VENDORS, ...filter }: VendorsAsked
): Promise<Static<typeof Vendors>> {
  const known = underWay.get(clients) ?? new Map<string, Promise<Static<typeof Vendors>>>()
  underWay.set(clients, known)
  const key = JSON.stringify([tenant, most, mostVendors, filter.status, filter.clientStatus])
  const found = known.get(key)
  if (found) return found
  const asked = sumUp(clients, tenant, filter, { agreements: most, vendors: mostVendors }).finally(() =>
    known.delete(key)
  )
  known.set(key, asked)
  return asked
}

async function sumUp(
  clients: ClientStore,
  tenant: string,
  filter: Filter,
  most: { readonly agreements: number; readonly vendors: number }
): Promise<Static<typeof Vendors>> {
  const sums = new Map<string, VendorSum>()
  let cursor: string | null = null
  let read = 0
  do {
    const page: Awaited<ReturnType<ClientStore['listAgreements']>> = await clients.listAgreements(tenant, filter, {
      limit: Math.min(AT_ONCE, most.agreements - read),
      cursor
    })
    for (const row of page.items) {
      const sum = sums.get(row.vendorName) ?? new VendorSum(row.vendorName)
      sums.set(row.vendorName, sum)
      sum.add(row)
    }
    read += page.items.length
    cursor = page.nextCursor
  } while (cursor !== null && read < most.agreements)
  const sorted = [...sums.values()].sort((a, b) => b.agreements - a.agreements || compare(a.vendorName, b.vendorName))
  let costs = MOST_COSTS
  const told = sorted.slice(0, most.vendors)
  const items = told.map((sum, i) => {
    // However much those before it have, each has its largest.
    const behind = told.length - 1 - i
    const vendor = sum.present(Math.min(MOST_COSTS_EACH, Math.max(0, costs - behind)))
    costs -= vendor.costs.length
    return vendor
  })
  return {
    items,
    vendors: sorted.length,
    more: sorted.length > most.vendors,
    agreements: read,
    partial: cursor !== null
  }
}

interface CostSum extends Omit<Cost, 'overallCost'> {
  sum: Big
  agreements: number
}

class VendorSum {
  readonly vendorName: string
  agreements = 0
  readonly #costs = new Map<string, CostSum>()
  #clients = 0
  #withoutCost = 0
  #lastClient = ''

  constructor(vendorName: string) {
    this.vendorName = vendorName
  }

  /** Rows come client by client. */
  add({ clientId, overallCost, currency, billingCycle, billedOnce }: AgreementRow): void {
    this.agreements++
    if (clientId !== this.#lastClient) this.#clients++
    this.#lastClient = clientId
    if (overallCost === null) {
      this.#withoutCost++
      return
    }
    // What is billed once is in no cycle.
    const cycle = billedOnce ? null : billingCycle
    const key = JSON.stringify([currency, cycle, billedOnce])
    const cost = this.#costs.get(key) ?? { currency, billingCycle: cycle, billedOnce, sum: zero, agreements: 0 }
    this.#costs.set(key, cost)
    cost.sum = cost.sum.plus(new Big(overallCost))
    cost.agreements++
  }

  /** @param most sums of costs */
  present(most: number): Vendor {
    const costs = [...this.#costs].sort(([a, x], [b, y]) => y.agreements - x.agreements || compare(a, b))
    return {
      vendorName: this.vendorName,
      agreements: this.agreements,
      clients: this.#clients,
      costs: costs.slice(0, most).map(([, { sum, ...cost }]) => ({ ...cost, overallCost: money(sum) })),
      moreCosts: Math.max(0, costs.length - most),
      withoutCost: this.#withoutCost
    }
  }
}

/** The same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
