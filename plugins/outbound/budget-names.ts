/** Under which names the store keeps budgets: they tell neither a host nor a user, and nothing of a key. */
import { createHash } from 'node:crypto'
import type { Connector } from '../connector/contract.ts'
import type { Keyring } from '../sealing/keyring.ts'

/** Enough for a validation, a preview and an install in a row, also where an account is slow for the rest of the hour. */
const trial = { requests: 300, perMs: 60_000, burst: 100 } as const

/** The same for everyone who calls the account, whoever signs in to it and of whichever tenant. */
export function budgetOfAccount(connector: string, accountKey: string): string {
  const name = createHash('sha256')
    .update(JSON.stringify([connector, accountKey]))
    .digest('base64url')
  return `${connector}:${name}`
}

/** Of a login that the vendor has not accepted yet: of exactly what was typed, so that nobody else spends from it. */
export function budgetOfTrial(
  keyring: Pick<Keyring, 'nameOf'>,
  connector: Pick<Connector, 'name'>,
  credentials: Readonly<Record<string, unknown>>
): string {
  const typed = Object.entries(credentials).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `${connector.name}?${keyring.nameOf('trial', JSON.stringify([connector.name, typed]))}`
}

/** Never more than the account as a whole may take, and of its lanes and pauses nothing less. */
export function trialRate(rate: Connector['rate']): Connector['rate'] {
  const each = (rate.requests / rate.perMs) * trial.perMs
  const burst = Math.min(trial.burst, rate.burst ?? rate.requests / 10)
  return {
    ...rate,
    ...trial,
    requests: Math.max(1, Math.min(trial.requests, Math.floor(each))),
    burst: Math.max(1, burst)
  }
}
