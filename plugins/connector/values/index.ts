/**
 * Cleaners of values as people typed them at a vendor, for every connector. Pure, idempotent, never throwing on any
 * text, in time that grows with its length, with a bounded result; docs/write-a-connector.md says which does what.
 */
export { address } from './address.ts'
export { cleanProfile } from './clean-profile.ts'
export { type EmailLine, emailsOf, type PhoneLine, phonesOf, websitesOf } from './contact-lists.ts'
export { day } from './day.ts'
export { emails } from './emails.ts'
export { type AmountRead, amount, money, readAmount, zero } from './money.ts'
export { type PhoneNumber, phone, phones, samePhone } from './phone.ts'
export { text } from './text.ts'
export { websites } from './websites.ts'
