/** What a client can lose, and how much of it was taken away lately. Judged in judge.ts, let through in the gate. */

/**
 * One thing that would be less than it is. `key` names it within its client: `client`, `address`, `emails`, `phones`,
 * `websites`, `agreement:7`, `cost:7`, `vendor:7` (7 is the agreement's external id).
 */
export interface Loss {
  readonly key: string
  readonly kind: LossKind
  /** For people: what is stored, and what would be; null: nothing. */
  readonly was: string | null
  readonly to: string | null
  /** Of what would be: equal digests are the same loss. */
  readonly digest: string
  /** In words: the rule, or what is not listed any more. */
  readonly reason: string
  /** clients only: the status it would have, and the rule that says so. */
  readonly leaves?: { readonly status: 'inactive' | 'gone'; readonly rule: string | null }
  /** agreements and costs: what the sums would lose. Decimal text. */
  readonly amount?: { readonly sum: string; readonly value: string }
}

/** What losses are added up by. costs and vendors are agreements whose cost or vendor falls. */
export const lossKinds = [
  'clients',
  'addresses',
  'emails',
  'phones',
  'websites',
  'agreements',
  'costs',
  'vendors'
] as const
export type LossKind = (typeof lossKinds)[number]

/** Taken away within one hour. */
export interface Taken {
  /** Hours since 1970, UTC. */
  readonly hour: number
  readonly kinds: Readonly<Partial<Record<LossKind, number>>>
  /** Costs by `currency/cycle` (`USD/Monthly`), decimal text. */
  readonly sums: Readonly<Record<string, string>>
}
