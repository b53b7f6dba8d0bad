import type { ClientProfile } from '../../../plugins/connector/contract.ts'
import { nameOf, text } from './text.ts'

/** The company's own address, which is that of its primary site; null if no part of it is filled. */
export function toAddress(company: Readonly<Record<string, unknown>>): ClientProfile['address'] {
  const address = {
    line1: text(company.addressLine1),
    line2: text(company.addressLine2),
    city: text(company.city),
    state: text(company.state),
    postalCode: text(company.zip),
    country: nameOf(company.country)
  }
  const { line1, line2, city, state, postalCode, country } = address
  return (line1 ?? line2 ?? city ?? state ?? postalCode ?? country) === null ? null : address
}
