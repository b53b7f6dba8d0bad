import type { VendorRecord } from '../../kit/index.ts'
import { plusDays, plusMonths, vendorDay } from '../dates.ts'
import type { Ledger } from './ledger.ts'
import { numberOf, type Picklists } from './picklists.ts'
import { contractRecord, serviceRecord } from './records.ts'
import { tinyContracts, tinyIds, titled } from './tiny-ids.ts'

interface Owners {
  on: Date
  stamp: string
  bundleMembersRepeat: boolean
  active: VendorRecord
  alone: VendorRecord
  former: VendorRecord
  cancelled: VendorRecord
  odd: VendorRecord
}

interface Terms {
  /** Months from this one. @default -14 */
  from?: number
  /** The first month after its end. @default 10 */
  to?: number
  status?: 0 | 1
  name?: string | null
}

/** Catalogue and contracts. */
export function addTinyContracts(ledger: Ledger, picklists: Picklists, owners: Owners): void {
  const { on, stamp, active, alone, former, cancelled, odd } = owners
  const thisMonth = new Date(Date.UTC(on.getUTCFullYear(), on.getUTCMonth(), 1))
  const { watch, shelter, desk, discount, setup, vault, strange, bundle } = addCatalogue(ledger, picklists, stamp)
  const contract = (title: keyof typeof tinyContracts, of: VendorRecord, type: string, terms: Terms = {}) => {
    const { from = -14, to = 10, status = 1, name = titled(title) } = terms
    const record = contractRecord({
      id: tinyContracts[title],
      companyID: of.id,
      name,
      contractType: numberOf(picklists, 'Contracts.contractType', type),
      status,
      startDate: vendorDay(plusMonths(thisMonth, from)),
      endDate: vendorDay(plusDays(plusMonths(thisMonth, to), -1)),
      stamp
    })
    return ledger.add('Contracts', record)
  }
  const recurring = contract('recurring', active, 'Recurring Service')
  ledger.service(recurring, { of: watch, units: 10, unitPrice: 4, changes: [{ on: plusDays(on, -3), units: 12 }] })
  ledger.service(recurring, { of: shelter, units: 3 })
  for (const one of [desk, discount, setup]) ledger.service(recurring, { of: one, units: 1 })
  contract('time and materials', active, 'Time & Materials')
  const { id: contractID, startDate, endDate } = contract('block hours', active, 'Block Hours')
  const block = { contractID, hourlyRate: 85.5, status: 1 }
  ledger.add('ContractBlocks', { ...block, hours: 10, startDate, endDate, isPaid: false })
  ledger.add('ContractBlocks', {
    ...block,
    hours: 99,
    startDate: vendorDay('2020-01-01'),
    endDate: vendorDay('2020-12-31')
  })

  const ended = contract('ended', former, 'Recurring Service', { from: -26, to: -2 })
  const inactive = contract('inactive', former, 'Recurring Service', { status: 0 })
  const coming = contract('not started', former, 'Recurring Service', { from: 2, to: 14 })
  const left = contract('of the cancelled customer', cancelled, 'Recurring Service')
  for (const one of [ended, inactive, coming, left]) ledger.service(one, { of: desk, units: 2 })

  const renewed = contract('renewed', alone, 'Recurring Service', { from: -20, to: -8, status: 0 })
  const renewalTerms = { from: -8, to: 4, name: `Renewal of ${renewed.contractName}` }
  const renewal = contract('its renewal', alone, 'Recurring Service', renewalTerms)
  for (const one of [renewed, renewal]) ledger.service(one, { of: vault, units: 4 })
  renewed.renewedContractID = renewal.id

  const bundled = contract('bundled', odd, 'Recurring Service', { name: null })
  ledger.bundle(bundled, { of: bundle, units: 5 })
  if (owners.bundleMembersRepeat) for (const one of [watch, vault]) ledger.service(bundled, { of: one, units: 5 })
  const retainer = contract('retainer', odd, 'Retainer')
  ledger.add('ContractRetainers', { contractID: retainer.id, amount: 1500.25, status: 1, startDate, endDate })
  const fixed = contract('fixed price', odd, 'Fixed Price')
  for (const amount of [1000, 2000.1]) {
    ledger.add('ContractMilestones', { contractID: fixed.id, amount, dateDue: endDate, status: 1, title: 'Step' })
  }
  ledger.service(contract('unknown period', odd, 'Recurring Service'), { of: strange, units: 1 })
}

function addCatalogue(ledger: Ledger, picklists: Picklists, stamp: string) {
  const service = (name: string, period: string | number, unitPrice: number, maker: object = {}) => {
    const periodType = typeof period === 'number' ? period : numberOf(picklists, 'Services.periodType', period)
    const id = ledger.nextId('Services')
    return ledger.add('Services', serviceRecord({ id, name, periodType, unitPrice, stamp, ...maker }))
  }
  const services = {
    watch: service('Endpoint Watch', 'Monthly', 4.5, { vendorCompanyID: tinyIds.vendor }),
    shelter: service('Mail Shelter', 'Yearly', 120, { manufacturer: 'Shelter Works' }),
    desk: service('Help Desk', 'Monthly', 99.95),
    discount: service('Loyalty', 'Monthly', -10),
    setup: service('Onboarding', 'One-Time', 500),
    vault: service('Backup Vault', 'Quarterly', 45.1, { vendorCompanyID: tinyIds['second vendor'] }),
    /** Its period is a number that the picklist does not have. */
    strange: service('Old Plan', 77, 20)
  }
  const bundle = ledger.add('ServiceBundles', {
    name: 'All In',
    periodType: numberOf(picklists, 'ServiceBundles.periodType', 'Monthly'),
    unitPrice: 30,
    unitCost: 18,
    isActive: true,
    manufacturerServiceProvider: '',
    createDate: stamp,
    lastModifiedDate: stamp
  })
  for (const { id } of [services.watch, services.vault]) {
    ledger.add('ServiceBundleServices', { serviceBundleID: bundle.id, serviceID: id })
  }
  return { ...services, bundle }
}
