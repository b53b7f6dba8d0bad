/** What a client can lose, and how much of it was taken away lately. Judged in judge.ts, let through in the gate. */
import type { Agreement } from './shapes/agreement.ts'

/**
 * One thing that would be less than it is. `key` names it within its client: `client`, `address`, `emails`, `phones`,
 * `websites`, `agreement:7`, `cost:7`, `vendor:7` (7 is the agreement's external id). Whatever takes it away
 * (take-away.ts) needs nothing but what stands here.
 */
export interface Loss {
  readonly key: string
  readonly kind: LossKind
  /** For people: what is stored, and what would be; null: nothing. */
  readonly was: string | null
  readonly to: string | null
  /** Of what would go: equal digests are the same loss. */
  readonly digest: string
  /** In words: the rule, or what is not listed any more. */
  readonly reason: string
  /** clients only: the status it would have, and the rule that says so. */
  readonly leaves?: { readonly status: 'inactive' | 'gone'; readonly rule: string | null }
  /** agreements and costs: what the sums would lose, unless a cost would rise. Decimal text. */
  readonly amount?: { readonly sum: string; readonly value: string }
  /** Stamp keys of children that are not listed any more (`client`: none, the record itself is not). Absent: nothing is missing from a list. */
  readonly unlisted?: readonly string[]
  /** emails, phones, websites and a vendor's names: the values that go. */
  readonly values?: readonly string[]
  /** External ids of clients that have agreements of this one now: looked at once something of it is taken. */
  readonly awaitedBy?: readonly string[]
  /** cost and vendor: what would stand in the agreement. */
  readonly put?: Partial<Agreement>
  /** A person has agreed: it goes without the gate. */
  readonly approved?: true
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

export function isLossKind(text: string): text is LossKind {
  return (lossKinds as readonly string[]).includes(text)
}

/** Taken away within one hour. */
export interface Taken {
  /** Hours since 1970, UTC. */
  readonly hour: number
  readonly kinds: Readonly<Partial<Record<LossKind, number>>>
  /** Costs by `currency/cycle` (`USD/Monthly`), decimal text. */
  readonly sums: Readonly<Record<string, string>>
  /** Reserved by this pass, or by the poll, which has not taken all of it yet. */
  readonly by?: string
}

/** Whether a loss is known only because something is missing from a list, not because the vendor says so. */
export function isByAbsence({ unlisted }: Loss): boolean {
  return unlisted !== undefined
}

/** Whether it counts for the gate: a cost that would rise, without a discount, is looked at twice and asks nobody. */
export function isLess({ kind, amount }: Loss): boolean {
  return kind !== 'costs' || amount !== undefined
}

/** Whether the second look says what the first one said. A record that was missing from a list may leave for any reason. */
export function agree(first: Loss, second: Loss): boolean {
  if (first.key !== second.key) return false
  return first.digest === second.digest || (first.leaves !== undefined && isByAbsence(first))
}

/** Whether two judgements found the same, in whatever order. */
export function sameLosses(a: readonly Loss[], b: readonly Loss[]): boolean {
  if (a.length !== b.length) return false
  const digests = new Map(a.map(({ key, digest }) => [key, digest]))
  return b.every(({ key, digest }) => digests.get(key) === digest)
}

/** Who waits for agreements of a client goes on waiting, whatever of it is lost now. @param others who wait besides */
export function stillAwaited(
  losses: readonly Loss[],
  former: readonly Loss[] = [],
  others: readonly string[] = []
): readonly Loss[] {
  const before = [...losses, ...former].flatMap(loss => loss.awaitedBy ?? [])
  const awaitedBy = [...new Set([...before, ...others])]
  const [first, ...rest] = losses
  return first && awaitedBy.length > 0 ? [{ ...first, awaitedBy }, ...rest] : losses
}

export const keysOf = (losses: readonly Loss[]): string[] => losses.map(({ key }) => key)
