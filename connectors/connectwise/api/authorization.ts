import type { Account } from '../account.ts'

/**
 * The install instructions put the private key into the username, the vendor's documents the public one, and the two
 * look alike. `as-given` sends them as typed, `swapped` exchanges them.
 */
export type KeyOrder = 'as-given' | 'swapped'

/** The headers that every call of the API carries. */
export function signIn(account: Account, order: KeyOrder): Record<string, string> {
  const { companyId, usernameKey, passwordKey, clientId } = account
  const [first, second] = order === 'as-given' ? [usernameKey, passwordKey] : [passwordKey, usernameKey]
  return {
    authorization: `Basic ${Buffer.from(`${companyId}+${first}:${second}`).toString('base64')}`,
    clientId,
    // No model version is pinned: a pin is refused by releases before it and dropped a year after its deprecation,
    // while the few fields read here have been the same in every model.
    accept: 'application/json'
  }
}
