import type { VendorRecord } from '../../kit/index.ts'
import type { EntityName } from '../schema.ts'
import { labelOf, type Picklists } from './picklists.ts'
import { type RowRules, type UnitPlan, unitRows } from './unit-rows.ts'

/** A service or bundle as a contract holds it. */
export interface Line {
  /** Record of the service, or of the bundle. */
  of: VendorRecord
  units: number
  /** The contracted price of one unit. @default the catalogue's */
  unitPrice?: number
  /** From when on. @default the contract's start */
  from?: Date
  changes?: UnitPlan['changes']
}

/** Where services and bundles are kept: the same pattern under other names. */
export const heldKinds = {
  service: {
    held: 'ContractServices',
    units: 'ContractServiceUnits',
    heldId: 'contractServiceID',
    ofId: 'serviceID'
  },
  bundle: {
    held: 'ContractServiceBundles',
    units: 'ContractServiceBundleUnits',
    heldId: 'contractServiceBundleID',
    ofId: 'serviceBundleID'
  }
} as const satisfies Record<string, { held: EntityName; units: EntityName; heldId: string; ofId: string }>
export type HeldKind = keyof typeof heldKinds

const months: Readonly<Record<string, number>> = {
  'One-Time': 0,
  Monthly: 1,
  Quarterly: 3,
  'Semi-Annual': 6,
  Yearly: 12
}

/** Months of a billing period by the label of its number, 0 for what is billed once; undefined for a number without a known label. */
export function monthsOf(picklists: Picklists, periodType: unknown): number | undefined {
  return months[labelOf(picklists, 'Services.periodType', periodType) ?? '']
}

/** What a contract's list of services says of one. */
export function heldRecord(kind: HeldKind, contract: VendorRecord, { of, unitPrice = of.unitPrice }: Line): object {
  const common = {
    contractID: contract.id,
    unitPrice,
    internalCurrencyUnitPrice: unitPrice,
    internalCurrencyAdjustedPrice: unitPrice,
    invoiceDescription: of.name,
    internalDescription: ''
  }
  return kind === 'service'
    ? { ...common, serviceID: of.id, unitCost: of.unitCost }
    : { ...common, serviceBundleID: of.id, adjustedPrice: unitPrice }
}

export interface RowTerms {
  picklists: Picklists
  rules: RowRules
  /** Rows that begin later are not written yet. */
  until: Date
}

/** Its unit rows, without ids. Bundles' rows have no vendor. */
export function heldRows(
  kind: HeldKind,
  contract: VendorRecord,
  heldId: number,
  line: Line,
  terms: RowTerms
): object[] {
  const { of, units, from, changes = [], unitPrice = of.unitPrice } = line
  const rows = unitRows(
    {
      contract: contract as VendorRecord & UnitPlan['contract'],
      months: monthsOf(terms.picklists, of.periodType) ?? 1,
      unitPrice,
      unitCost: of.unitCost ?? 0,
      changes: [{ on: from ?? contract.startDate, units }, ...changes],
      until: terms.until
    },
    terms.rules
  )
  const names = heldKinds[kind]
  return rows.map(row => ({
    contractID: contract.id,
    [names.heldId]: heldId,
    [names.ofId]: of.id,
    // 0 stands for "not set" as well as null does.
    ...(kind === 'service' ? { vendorCompanyID: of.vendorCompanyID ?? 0 } : {}),
    internalCurrencyPrice: row.price,
    ...row
  }))
}
