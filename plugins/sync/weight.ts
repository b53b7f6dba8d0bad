/** Adding up losses by kind, and costs by currency and cycle; pure. */
import { Big } from 'big.js'
import { sumOf } from '../entities/agreements-after.ts'
import { isLess, type Loss, type LossKind, lossKinds, type Taken } from '../entities/loss.ts'
import type { ClientRecord } from '../entities/stored-client.ts'
import type { LossLimit } from './desk.ts'

export class Weight {
  readonly kinds: Partial<Record<LossKind, number>> = {}
  readonly sums: Record<string, Big> = {}

  of(kind: LossKind): number {
    return this.kinds[kind] ?? 0
  }

  sumOf(sum: string): Big {
    return this.sums[sum] ?? new Big(0)
  }

  addLoss(loss: Loss): void {
    const { kind, amount } = loss
    if (isLess(loss)) this.add(kind, 1)
    if (amount) this.addSum(amount.sum, amount.value)
  }

  /** What a person agreed to does not count. */
  addRows(rows: readonly { readonly items: readonly Loss[] }[]): void {
    for (const { items } of rows)
      if (!items.some(({ approved }) => approved)) for (const item of items) this.addLoss(item)
  }

  addTaken({ kinds, sums }: Taken): void {
    for (const kind of lossKinds) this.add(kind, kinds[kind] ?? 0)
    for (const [sum, value] of Object.entries(sums)) this.addSum(sum, value)
  }

  /** All that a client that takes part could lose. */
  addClient({ profile, agreements }: ClientRecord): void {
    this.add('clients', 1)
    this.add('addresses', profile.address === null ? 0 : 1)
    for (const field of ['emails', 'phones', 'websites'] as const) this.add(field, profile[field].length > 0 ? 1 : 0)
    for (const agreement of agreements) {
      if (agreement.status === 'gone') continue
      this.add('agreements', 1)
      this.add('vendors', agreement.vendors.length > 0 ? 1 : 0)
      if (agreement.overallCost === null) continue
      this.add('costs', 1)
      this.addSum(sumOf(agreement), agreement.overallCost)
    }
  }

  /** Decimal text, as it is kept. */
  sumTexts(): Record<string, string> {
    return Object.fromEntries(Object.entries(this.sums).map(([sum, value]) => [sum, value.toFixed()]))
  }

  static sum(...weights: readonly Weight[]): Weight {
    const all = new Weight()
    for (const weight of weights) all.addTaken({ hour: 0, kinds: weight.kinds, sums: weight.sumTexts() })
    return all
  }

  add(kind: LossKind, count: number): void {
    if (count !== 0) this.kinds[kind] = this.of(kind) + count
  }

  addSum(sum: string, value: string): void {
    this.sums[sum] = this.sumOf(sum).plus(value)
  }
}

/** `going`: what would have gone within 24 hours; `there`: what there is of it now, as far as it was counted. */
export interface Scale {
  readonly going: Weight
  readonly taken: Weight
  readonly there: Weight
}

/** More than the share and at least the floor, or all of three or more. */
export function isOver(kind: LossKind, { going, taken, there }: Scale, { share, floor }: LossLimit): boolean {
  const count = going.of(kind)
  const all = there.of(kind) + taken.of(kind)
  return (count >= floor && count > share * all) || (count >= 3 && count >= all)
}

/** More than the share of a sum, by at least the floor of agreements. */
export function isSumOver(sum: string, { going, taken, there }: Scale, { share, floor }: LossLimit): boolean {
  const records = going.of('agreements') + going.of('costs')
  const all = there.sumOf(sum).plus(taken.sumOf(sum))
  return records >= floor && going.sumOf(sum).gt(all.times(share))
}
