/** What became less in the store from one look to the next, told without asking the engine: out of the vendor's own tables. */
import { samePhone } from '../../plugins/connector/contract.ts'
import type { Phone } from '../../plugins/entities/shapes/client.ts'
import type { ClientAgreement, ClientPart, ClientRecord, LossKind } from '../../plugins/storage/port.ts'
import type { Account } from '../doubles/connectwise/index.ts'
import type { Expected } from './expected.ts'

export interface SeenLoss {
  readonly externalId: string
  /** As the engine's rows name it. */
  readonly key: string
  readonly kind: LossKind
}

/** What the vendor had at some moments since the last look, the last one now. */
export interface Truth {
  readonly data: Account
  readonly moments: readonly Expected[]
}

/** Edits are none: all that a field was made of is still there, and the vendor says less. */
export function lossesBetween(
  before: ClientRecord,
  after: ClientRecord,
  installationId: string,
  truth: Truth
): SeenLoss[] {
  const { externalId } = before
  const [was, is] = [before, after].map(({ parts }) => parts.find(part => part.installationId === installationId))
  if (was?.status !== 'active') return []
  if (is?.status !== 'active') return [{ externalId, key: 'client', kind: 'clients' }]
  const found: SeenLoss[] = []
  const add = (key: string, kind: LossKind) => found.push({ externalId, key, kind })
  if (was.syncType === 'active-customers') {
    if (before.profile.address && !after.profile.address) add('address', 'addresses')
    for (const field of ['emails', 'phones', 'websites'] as const)
      if (listFell(field, before, after, was, truth)) add(field, field)
    return found
  }
  for (const agreement of before.agreements) {
    const id = agreement.externalId
    const now = after.agreements.find(one => one.externalId === id)
    if (agreement.status === 'gone') continue
    if (!now || now.status === 'gone') add(`agreement:${id}`, 'agreements')
    else {
      if (costFell(agreement, now, was, externalId, truth)) add(`cost:${id}`, 'costs')
      if (vendorFell(agreement, now, was, externalId, truth)) add(`vendor:${id}`, 'vendors')
    }
  }
  return found
}

type Entry = string | { readonly value: string; readonly extension?: string | null }

const textOf = (entry: Entry) => (typeof entry === 'string' ? entry : entry.value)

/** A number whose country is not known any more is the same number. */
function isIn(entries: readonly Entry[], one: Entry): boolean {
  if (typeof one === 'string' || !('extension' in one)) return entries.some(other => textOf(other) === textOf(one))
  return entries.some(other => samePhone(other as Phone, one as Phone))
}

function listFell(
  field: 'emails' | 'phones' | 'websites',
  before: ClientRecord,
  after: ClientRecord,
  part: ClientPart,
  { data, moments }: Truth
): boolean {
  const now: readonly Entry[] = after.profile[field]
  const missing = (before.profile[field] as readonly Entry[]).filter(entry => !isIn(now, entry))
  if (missing.length === 0) return false
  if (now.length === 0) return true
  const contacts = field === 'websites' ? [] : idsIn(part, 'contact:')
  const areThere = contacts.every(id => String(data.contacts.get(Number(id))?.company?.id) === before.externalId)
  const said = moments
    .map(({ customers }) => customers.get(before.externalId)?.[field])
    .filter(text => text !== undefined)
  const wasLess = missing.every(entry => said.some(text => !isIn(JSON.parse(text), entry)))
  return !(areThere && wasLess)
}

function idsIn({ stamps }: ClientPart, prefix: string): string[] {
  return Object.keys(stamps).flatMap(key => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []))
}

function areThere(agreement: ClientAgreement, part: ClientPart, { data }: Truth): boolean {
  return idsIn(part, `addition:${agreement.externalId}/`).every(id => data.additions.get(Number(id)) !== undefined)
}

/** As the vendor had the agreement at some moment: [name, vendor, vendors, cost, …]. */
function said(id: string, clientId: string, { moments }: Truth): unknown[][] {
  const texts = moments.map(({ agreements }) => agreements.get(clientId)?.[`agreement ${id}`])
  return texts.filter(text => text !== undefined).map(text => JSON.parse(text))
}

function costFell(was: ClientAgreement, is: ClientAgreement, part: ClientPart, client: string, truth: Truth): boolean {
  if (was.overallCost === null || (is.overallCost !== null && Number(is.overallCost) >= Number(was.overallCost)))
    return false
  if (is.overallCost === null) return true
  const fell = said(was.externalId, client, truth).some(fields => Number(fields[3]) < Number(was.overallCost))
  return !(fell && areThere(was, part, truth))
}

function vendorFell(
  was: ClientAgreement,
  is: ClientAgreement,
  part: ClientPart,
  client: string,
  truth: Truth
): boolean {
  const missing = was.vendors.filter(name => !is.vendors.includes(name))
  if (missing.length === 0) return false
  if (is.vendors.length === 0) return true
  const gone = missing.every(name =>
    said(was.externalId, client, truth).some(fields => !(fields[2] as string[]).includes(name))
  )
  return !(gone && areThere(was, part, truth))
}
