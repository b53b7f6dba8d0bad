import type { ClientProfile } from '../../entities/shapes/client.ts'
import { address } from './address.ts'
import { emailsOf, phonesOf, websitesOf } from './contact-lists.ts'

/**
 * A stored profile as today's cleaners would have made it: what is in it and not in this was left out by better
 * cleaners, not by the vendor. Labels and what is primary stay; a profile that they made stays as it is.
 */
export function cleanProfile(profile: ClientProfile): ClientProfile {
  const cleaned = address(profile.address)
  const emails = profile.emails.map(({ value, label, primary }) => ({ typed: value, label, primary }))
  // Rows of before have no `typed`: what was typed is their value.
  const phones = profile.phones.map(({ value, typed, ...rest }) => ({ ...rest, typed: typed ?? value }))
  return {
    ...profile,
    address: cleaned,
    emails: emailsOf(emails),
    phones: phonesOf(phones, cleaned?.country),
    websites: websitesOf(profile.websites)
  }
}
