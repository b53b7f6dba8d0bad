import type { NewRecord, VendorRecord } from '../../kit/index.ts'
import type { AutotaskAccount } from '../accounts/account.ts'
import { type HeldKind, heldKinds, heldRecord, heldRows, type Line, monthsOf } from '../accounts/held.ts'
import { numberOf } from '../accounts/picklists.ts'
import { contractRecord } from '../accounts/records.ts'
import { rowPrice } from '../accounts/unit-rows.ts'
import { daysBetween, plusDays, plusMonths, vendorDay, vendorTime } from '../dates.ts'
import type { Hands, MutationRules } from './hands.ts'

/** Changes to contracts and what they hold. */
export function contractMutations(account: AutotaskAccount, hands: Hands, rules: MutationRules) {
  const { tables, picklists, rowRules } = account
  const { insert, update, need, put, touch } = hands
  const typeNumber = (label: string) => numberOf(picklists, 'Contracts.contractType', label)

  const hold = (kind: HeldKind, contractID: number, line: Line): VendorRecord => {
    const contract = need('Contracts', contractID)
    const names = heldKinds[kind]
    const held = insert(names.held, heldRecord(kind, contract, line))
    const terms = { picklists, rules: rowRules, until: plusMonths(rules.now(), 12) }
    for (const row of heldRows(kind, contract, held.id, line, terms)) insert(names.units, row)
    touch('Contracts', contractID, rules.serviceMovesContract)
    return held
  }
  const rowsOf = (kind: HeldKind, heldId: number) => {
    const { units, heldId: index } = heldKinds[kind]
    return tables[units].children(heldId, index).map(id => tables[units].get(id)!)
  }
  /** A row that the day lies in ends on it, and another begins; later rows change whole. */
  const changeUnits = (kind: HeldKind, heldId: number, units: number, on: Date | string) => {
    const names = heldKinds[kind]
    const held = need(names.held, heldId)
    const day = vendorDay(on)
    const of = need(kind === 'service' ? 'Services' : 'ServiceBundles', held[names.ofId])
    const priced = (row: VendorRecord) => {
      const months = monthsOf(picklists, of.periodType) ?? 1
      const period = daysBetween(row.startDate, months === 0 ? row.endDate : plusMonths(row.startDate, months))
      const share = Math.min(1, (daysBetween(row.startDate, row.endDate) + 1) / period)
      return { ...row, price: rowPrice(row.units, held.unitPrice, share, rowRules) }
    }
    for (const row of rowsOf(kind, heldId)) {
      if (row.startDate >= day) put(names.units, priced({ ...row, units }))
      else if (row.endDate >= day) {
        put(names.units, priced({ ...row, endDate: day }))
        insert(names.units, priced({ ...row, id: tables[names.units].nextId(), startDate: day, units }))
      }
    }
    touch('Contracts', held.contractID, rules.serviceMovesContract)
  }
  const release = (kind: HeldKind, heldId: number) => {
    const names = heldKinds[kind]
    const { contractID } = need(names.held, heldId)
    for (const { id } of rowsOf(kind, heldId)) tables[names.units].remove(id)
    tables[names.held].remove(heldId)
    touch('Contracts', contractID, rules.serviceMovesContract)
  }
  const belongings = ['ContractBlocks', 'ContractRetainers', 'ContractMilestones', 'ContractCharges'] as const

  return {
    /** Adds a recurring contract of a year around today, unless the record says otherwise. @param type a label of the picklist */
    addContract: (given: NewRecord & { companyID: number }, type = 'Recurring Service') => {
      need('Companies', given.companyID)
      const start = plusMonths(rules.now(), -6)
      const defaults = contractRecord({
        id: given.id ?? tables.Contracts.nextId(),
        companyID: given.companyID,
        name: 'New contract',
        contractType: typeNumber(type),
        startDate: vendorDay(start),
        endDate: vendorDay(plusDays(plusMonths(start, 12), -1)),
        stamp: vendorTime(rules.now())
      })
      return insert('Contracts', { ...defaults, ...given, id: defaults.id })
    },
    /** Another `companyID` gives it to that company. */
    updateContract: (id: number, change: object) => update('Contracts', id, change),
    /** With all that belongs to it; possible in the web interface alone. */
    removeContract: (id: number) => {
      for (const kind of ['service', 'bundle'] as const) {
        for (const heldId of tables[heldKinds[kind].held].children(id)) release(kind, heldId)
      }
      for (const entity of belongings) for (const one of tables[entity].children(id)) tables[entity].remove(one)
      return tables.Contracts.remove(id)
    },
    /** A new contract from the day after the old one's end; the old one is set inactive. @param link which of the two names the other */
    renewContract: (id: number, { months = 12, link = 'old' }: { months?: number; link?: 'old' | 'new' } = {}) => {
      const old = need('Contracts', id)
      const startDate = vendorDay(plusDays(old.endDate, 1))
      const renewal = insert('Contracts', {
        ...old,
        id: tables.Contracts.nextId(),
        contractName: `Renewal of ${old.contractName}`,
        startDate,
        endDate: vendorDay(plusDays(plusMonths(startDate, months), -1)),
        renewedContractID: link === 'new' ? id : null,
        lastModifiedDateTime: vendorTime(rules.now())
      })
      for (const heldId of tables.ContractServices.children(id)) {
        const { serviceID, unitPrice } = need('ContractServices', heldId)
        const units: number = rowsOf('service', heldId).at(-1)?.units ?? 1
        hold('service', renewal.id, { of: need('Services', serviceID), units, unitPrice })
      }
      update('Contracts', id, { status: 0, ...(link === 'old' ? { renewedContractID: renewal.id } : {}) })
      return renewal
    },

    /** Puts a service into a contract, with its unit rows. */
    addContractService: (contractID: number, serviceID: number, line: Omit<Line, 'of'> = { units: 1 }) =>
      hold('service', contractID, { ...line, of: need('Services', serviceID) }),
    addContractBundle: (contractID: number, bundleID: number, line: Omit<Line, 'of'> = { units: 1 }) =>
      hold('bundle', contractID, { ...line, of: need('ServiceBundles', bundleID) }),
    changeUnits: (contractServiceID: number, units: number, on: Date | string = rules.now()) =>
      changeUnits('service', contractServiceID, units, on),
    changeBundleUnits: (contractServiceBundleID: number, units: number, on: Date | string = rules.now()) =>
      changeUnits('bundle', contractServiceBundleID, units, on),
    /** The contracted price; rows that begin later are written anew. */
    setContractPrice: (contractServiceID: number, unitPrice: number) => {
      const held = update('ContractServices', contractServiceID, { unitPrice, internalCurrencyUnitPrice: unitPrice })
      for (const row of rowsOf('service', contractServiceID)) {
        if (row.startDate <= vendorDay(rules.now())) continue
        put('ContractServiceUnits', { ...row, price: rowPrice(row.units, unitPrice, 1, rowRules) })
      }
      touch('Contracts', held.contractID, rules.serviceMovesContract)
    },
    /** The job that writes rows has not been there yet. */
    dropUnitRows: (contractServiceID: number, from: Date | string = '2000-01-01') => {
      const gone = rowsOf('service', contractServiceID).filter(({ startDate }) => startDate >= vendorDay(from))
      for (const { id } of gone) tables.ContractServiceUnits.remove(id)
      return gone.length
    },
    removeContractService: (contractServiceID: number) => release('service', contractServiceID),
    removeContractBundle: (contractServiceBundleID: number) => release('bundle', contractServiceBundleID)
  }
}
