/** A client's own fields after an answer: what is new or changed at once, what would be less as it was. */
import { cleanProfile, samePhone } from '../connector/values/index.ts'
import type { LossKind } from './loss.ts'
import type { Address, ClientProfile, Email, Phone } from './shapes/client.ts'
import { digestOf, notListed, shown, unlisted, type Withheld } from './withheld.ts'

type ListField = 'emails' | 'phones' | 'websites'
type Entry = Email | Phone | string

export const emptyProfile: ClientProfile = { name: '', address: null, emails: [], phones: [], websites: [] }
const noun = { emails: 'e-mail address', phones: 'phone number', websites: 'website' } as const

export function profileAfter(
  former: ClientProfile,
  given: Partial<ClientProfile>,
  owns: readonly string[],
  withheld: Withheld
): ClientProfile {
  const next = { ...former }
  // Asked for only where something is less: cleaning takes longer than all the rest.
  let cleaned: ClientProfile | undefined
  const cleanedFormer = () => (cleaned ??= cleanProfile(former))
  for (const field of owns) {
    if (field === 'name') next.name = given.name ?? former.name
    if (field === 'address') next.address = addressAfter(former, given.address ?? null, cleanedFormer, withheld)
    if (field === 'emails' || field === 'phones' || field === 'websites')
      Object.assign(next, { [field]: listAfter(field, former, given, cleanedFormer, withheld) })
  }
  return next
}

/** Without anything to compare with: all as given, but what could not be read. */
export function profileTaken(
  former: ClientProfile,
  given: Partial<ClientProfile>,
  owns: readonly string[],
  isKept: (field: 'address' | ListField) => boolean
): ClientProfile {
  const next = { ...former }
  if (owns.includes('name')) next.name = given.name ?? ''
  if (owns.includes('address') && !isKept('address')) next.address = given.address ?? null
  if (owns.includes('emails') && !isKept('emails')) next.emails = given.emails ?? []
  if (owns.includes('phones') && !isKept('phones')) next.phones = given.phones ?? []
  if (owns.includes('websites') && !isKept('websites')) next.websites = given.websites ?? []
  return next
}

function addressAfter(
  former: ClientProfile,
  given: Address | null,
  cleaned: () => ClientProfile,
  withheld: Withheld
): Address | null {
  if (withheld.isUnread('address')) {
    withheld.leave('address', 'address')
    return former.address
  }
  if (given !== null || former.address === null) return given
  const was = cleaned().address
  if (was === null) return null
  withheld.weigh({
    key: 'address',
    kind: 'addresses',
    was: shown(Object.values(was).filter(Boolean).join(', ')),
    to: null,
    digest: digestOf('address'),
    reason: 'The vendor has no address any more',
    ...unlisted(withheld.unlisted('address'))
  })
  return was
}

/** What is less keeps what it had and takes what is new, so that nobody waits for a new address on account of an old one. */
function listAfter(
  field: ListField,
  former: ClientProfile,
  given: Partial<ClientProfile>,
  cleaned: () => ClientProfile,
  withheld: Withheld
): readonly Entry[] {
  const now: readonly Entry[] = given[field] ?? []
  if (missingFrom(field, former[field], now).length === 0) return now
  const missing = missingFrom(field, cleaned()[field], now)
  if (missing.length === 0) return now
  if (withheld.isUnread(field)) {
    withheld.leave(field, field)
    return inPlace(field, cleaned()[field], now, missing)
  }
  const gone = withheld.unlisted(field)
  if (now.length > 0 && gone.length === 0) return now
  const values = missing.map(entryText).sort()
  withheld.weigh({
    key: field,
    kind: field satisfies LossKind,
    was: shown(cleaned()[field].map(entryText).join(', ')),
    to: now.length === 0 ? null : shown(now.map(entryText).join(', ')),
    digest: digestOf(field, values),
    reason: gone.length > 0 ? notListed(gone) : `The vendor has no ${noun[field]} of it any more`,
    values,
    ...unlisted(gone)
  })
  return joined(now, missing)
}

function joined(now: readonly Entry[], kept: readonly Entry[]): Entry[] {
  const hasPrimary = now.some(isPrimary)
  return [
    ...now,
    ...kept.map(entry => (hasPrimary && isPrimary(entry) ? { ...(entry as Email), primary: false } : entry))
  ]
}

/** What could not be read is where it was: neither its place nor what is primary is known to be another. */
function inPlace(
  field: ListField,
  former: readonly Entry[],
  now: readonly Entry[],
  missing: readonly Entry[]
): Entry[] {
  const rest = [...now]
  const kept = former.map(entry => {
    const at = missing.includes(entry) ? -1 : rest.findIndex(other => missingFrom(field, [entry], [other]).length === 0)
    return at === -1 ? entry : asPrimaryAs(entry, rest.splice(at, 1)[0]!)
  })
  return [...kept, ...rest.map(entry => (isPrimary(entry) ? { ...(entry as Email), primary: false } : entry))]
}

function asPrimaryAs(former: Entry, entry: Entry): Entry {
  return isPrimary(former) === isPrimary(entry) ? entry : { ...(entry as Email), primary: isPrimary(former) }
}

const isPrimary = (entry: Entry) => typeof entry !== 'string' && entry.primary

/** Of `former`, those that `now` does not have. */
function missingFrom(field: ListField, former: readonly Entry[], now: readonly Entry[]): Entry[] {
  if (field === 'phones')
    return (former as readonly Phone[]).filter(one => !(now as readonly Phone[]).some(other => samePhone(one, other)))
  const values = new Set(now.map(entryText))
  return former.filter(entry => !values.has(entryText(entry)))
}

/** By which a loss names an entry, and by which it is taken away. */
export function entryText(entry: Entry): string {
  if (typeof entry === 'string') return entry
  return 'extension' in entry && entry.extension !== null ? `${entry.value} x${entry.extension}` : entry.value
}
