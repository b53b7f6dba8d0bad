/** What a contract costs a month, or as a whole, on one day. Pure. */
import type { Big } from 'big.js'
import { amount, day, zero } from 'integration-host/connector'
import { folded, type VendorRecord } from 'integration-host/connector/kit'

/** A service or bundle that a contract holds. */
export interface HeldLine {
  /** Its id within the contract, `b` before a bundle's. */
  readonly key: string
  /** What the contract says of it: the contracted price. */
  readonly held: VendorRecord
  /** How many units from when to when; a row for each billing period. */
  readonly rows: readonly VendorRecord[]
  /** Label of its billing period; null: the catalogue does not say. */
  readonly period: string | null
  /** Who makes or sells it. */
  readonly vendor: string | null
  /** It is paid for with a bundle of the same contract. */
  readonly isInBundle: boolean
}

/** A contract with all that says what it costs. */
export interface ComposedContract {
  readonly contract: VendorRecord
  /** Labels. */
  readonly type: string | null
  readonly status: string | null
  readonly currency: string | null
  readonly lines: readonly HeldLine[]
  /** Blocks of hours, retainers, milestones. */
  readonly parts: readonly VendorRecord[]
}

export interface Cost {
  /** null: it cannot be known. */
  readonly amount: Big | null
  readonly period: 'month' | 'contract'
  /** What each line adds, in twelfths of a month's cost, and whose it is. */
  readonly lines: readonly { readonly twelfths: Big; readonly vendor: string | null }[]
}

/** Where a contract stands on a day. */
export type Standing = 'active' | 'inactive' | 'coming' | 'ended' | 'unknown'

export function standingOf({ contract, status }: Pick<ComposedContract, 'contract' | 'status'>, on: string): Standing {
  const label = folded(status ?? '')
  if (label === 'inactive') return 'inactive'
  if (label !== 'in effect') return 'unknown'
  const [start, end] = [day(contract.startDate), day(contract.endDate)]
  if (start !== null && start > on) return 'coming'
  return end !== null && end < on ? 'ended' : 'active'
}

/** One whose label nobody knows may be in effect, so that no client leaves because labels were renamed. */
export function isCurrent(composed: Pick<ComposedContract, 'contract' | 'status'>, on: string): boolean {
  return ['active', 'unknown'].includes(standingOf(composed, on))
}

/** The day for which a contract's cost is reckoned: this one, or the nearest on which it runs. */
export function reckonedOn({ startDate, endDate }: VendorRecord, on: string): string {
  const [start, end] = [day(startDate), day(endDate)]
  if (end !== null && end < on) return end
  return start !== null && start > on ? start : on
}

/**
 * The one row that says how many units there are. A row ends on the very day on which the next one begins: the later
 * one counts. If none is in force rows have not been written yet: the last one before; if all lie ahead, the first one.
 */
export function rowInForce(rows: readonly VendorRecord[], on: string): VendorRecord | undefined {
  const from = (row: VendorRecord) => day(row.startDate) ?? ''
  const ordered = rows.toSorted((a, b) =>
    from(a) < from(b) ? -1 : from(a) > from(b) ? 1 : Number(a.id) - Number(b.id)
  )
  const ends = (row: VendorRecord) => day(row.endDate) ?? '9999-12-31'
  return (
    ordered.findLast(row => from(row) <= on && ends(row) >= on) ?? ordered.findLast(row => ends(row) < on) ?? ordered[0]
  )
}

const monthsOf: Readonly<Record<string, number>> = { monthly: 1, quarterly: 3, 'semi-annual': 6, yearly: 12 }
const once = 'one-time'

/** @param on a day, UTC */
export function costOf(composed: ComposedContract, on: string): Cost {
  const { contract, type, parts } = composed
  const reckoned = reckonedOn(contract, on)
  const what = `An amount of contract ${contract.id}`
  const inForce = parts.filter(({ startDate, endDate }) => {
    const [start, end] = [day(startDate), day(endDate)]
    return (start === null || start <= reckoned) && (end === null || end >= reckoned)
  })
  const whole = (amounts: readonly (Big | null)[]): Cost => {
    const known = amounts.filter(amount => amount !== null)
    const isKnown = known.length > 0 && known.length === amounts.length
    return { amount: isKnown ? sum(known) : null, period: 'contract', lines: [] }
  }
  const product = (a: Big | null, b: Big | null) => (a && b ? a.times(b) : null)
  switch (folded(type ?? '')) {
    case 'recurring service':
      return recurring(composed.lines, reckoned, what)
    case 'block hours':
      return whole(inForce.map(({ hours, hourlyRate }) => product(amount(hours, what), amount(hourlyRate, what))))
    case 'retainer':
      return whole(inForce.map(part => amount(part.amount, what)))
    case 'fixed price':
      return whole(parts.map(part => amount(part.amount, what)))
    default: {
      // Kept by hand, and mostly nought.
      const estimated = amount(contract.estimatedRevenue, what)
      return whole(estimated?.gt(0) ? [estimated] : [])
    }
  }
}

/** Units in force by contracted price, for a month. What is billed once is no part of what recurs; a line of which something is missing makes the whole unknown. */
function recurring(held: readonly HeldLine[], on: string, what: string): Cost {
  const lines: { twelfths: Big; vendor: string | null }[] = []
  let isKnown = true
  for (const line of held) {
    if (line.isInBundle || folded(line.period ?? '') === once) continue
    const twelfths = twelfthsOf(line, on, what)
    if (twelfths) lines.push({ twelfths, vendor: line.vendor })
    else isKnown = false
  }
  const total = sum(lines.map(({ twelfths }) => twelfths))
  return { amount: isKnown && lines.length > 0 ? twelfthOf(total) : null, period: 'month', lines }
}

/** Twelve months of a line: whole, whatever its period. */
function twelfthsOf({ held, rows, period }: HeldLine, on: string, what: string): Big | undefined {
  const months = monthsOf[folded(period ?? '')]
  const row = rowInForce(rows, on)
  const price = amount(held.adjustedPrice, what) ?? amount(held.unitPrice, what)
  const units = row && amount(row.units, what)
  return months && price && units ? price.times(units).times(12 / months) : undefined
}

/** A third of something has no end: two places are then what a person would write. */
function twelfthOf(total: Big): Big {
  const month = total.div(12)
  return month.times(12).eq(total) ? month : month.round(2)
}

const sum = (amounts: readonly Big[]) => amounts.reduce((all, one) => all.plus(one), zero)
