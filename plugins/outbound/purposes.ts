import type { BudgetShare } from '../storage/port.ts'

/**
 * Why a vendor is called. An account's limit belongs to the other tools of its owner too, so what nobody waits for takes
 * a part of it: person: somebody waits for the answer; poll: what changed; first: the first read of everything; compare:
 * everything once more; look: a second look before something is taken away.
 */
export type Purpose = 'person' | 'poll' | 'first' | 'compare' | 'look'

/** Of what an account's bucket can hold, what is left to people. */
const forPeople = 1 / 4

/** A person has all; a poll takes what it needs. */
export const shares: Readonly<Record<Purpose, BudgetShare | undefined>> = {
  person: undefined,
  poll: { name: 'poll', of: 1, leaves: forPeople },
  first: { name: 'first', of: 1 / 2, leaves: forPeople },
  compare: { name: 'compare', of: 1 / 4, leaves: forPeople },
  look: { name: 'look', of: 1 / 4, leaves: forPeople }
}

/** Who goes first of those that wait: the smaller number. */
export const ranks: Readonly<Record<Purpose, number>> = { person: 0, poll: 1, first: 2, compare: 2, look: 2 }

/** For receipts: how much of what the account bears a run has used, 1 for all of it. @param ms how long the run took */
export function shareUsed(
  requests: number,
  rate: { readonly requests: number; readonly perMs: number },
  ms: number
): number {
  return requests / Math.max(1, (rate.requests / rate.perMs) * ms)
}
