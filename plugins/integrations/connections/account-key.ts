import type { Accepted } from '../validate.ts'

/** The same whoever signs in: the vendor's own id of the account, at the origin that answered. */
export function accountKeyOf({ id, origin }: Accepted['account']): string {
  return `${new URL(origin).origin}/${id}`
}

/** Made of what was typed, as versions did before they knew the origin; renewed when the account is validated next. */
export function isFormerKey(accountKey: string): boolean {
  return !/^https?:\/\//.test(accountKey)
}
