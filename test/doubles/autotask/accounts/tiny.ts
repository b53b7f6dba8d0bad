import type { VendorRecord } from '../../kit/index.ts'
import { type AutotaskAccount, createAccount } from './account.ts'
import { createLedger } from './ledger.ts'
import { numberOf, type Picklists, shippedPicklists } from './picklists.ts'
import { companyRecord, contactRecord, countries, currencies } from './records.ts'
import { addTinyContracts } from './tiny-contracts.ts'
import { tinyIds, titled } from './tiny-ids.ts'
import { type RowRules, rowRules } from './unit-rows.ts'

export interface TinyOptions {
  /** The day around which contracts lie. @default today */
  on?: Date
  picklists?: Picklists
  rowRules?: RowRules
  /** Services of a contract's bundle are listed again beside it. @default false */
  bundleMembersRepeat?: boolean
}

const stamp = '2025-03-01T10:00:00.123Z'

/** A handful of companies and contracts, one for each rule; `tinyIds` and `tinyContracts` name them. */
export function tinyAccount(options: TinyOptions = {}): AutotaskAccount {
  const { on = new Date(), picklists = shippedPicklists(), bundleMembersRepeat = false } = options
  const rules = options.rowRules ?? rowRules
  const firstIds = { ContractServices: 9, ContractServiceUnits: 950, Services: 8, ServiceBundles: 3 }
  const ledger = createLedger(picklists, rules, on, firstIds)
  const company = (name: keyof typeof tinyIds, type: string, isActive = true) => {
    const companyType = numberOf(picklists, 'Companies.companyType', type)
    return ledger.add(
      'Companies',
      companyRecord({ id: tinyIds[name], name: titled(name), companyType, isActive, stamp })
    )
  }
  company('the MSP itself', 'Customer')
  const active = company('active customer', 'Customer')
  company('inactive customer', 'Customer', false)
  const prospect = company('prospect', 'Prospect')
  company('vendor', 'Vendor')
  company('second vendor', 'Vendor')
  const alone = company('customer without contacts', 'Customer')
  const unbound = company('customer without contracts', 'Customer')
  const former = company('customer of ended contracts', 'Customer')
  const cancelled = company('cancelled customer', 'Cancelation')
  const odd = company('customer with odd billing', 'Customer')

  type Has = Parameters<typeof contactRecord>[0]['has']
  const contact = (id: number, of: VendorRecord, isPrimary: boolean, has: Has, isActive = true) =>
    ledger.add('Contacts', contactRecord({ id, company: of, isPrimary, has, isActive, stamp }))
  contact(31, active, false, ['email', 'mobile'])
  contact(32, active, true, ['email', 'email2', 'phone'])
  contact(33, active, false, ['email', 'phone'], false)
  contact(501, unbound, true, [])
  contact(30683001, prospect, true, ['email'])

  addTinyContracts(ledger, picklists, { on, stamp, bundleMembersRepeat, active, alone, former, cancelled, odd })
  const records = { ...ledger.records, Countries: countries, Currencies: currencies }
  return createAccount({ records, picklists, rowRules: rules })
}
