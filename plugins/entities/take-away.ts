/** Takes away what was let go: the only function by which anything of a client becomes less without the vendor listing all it was made of. */
import type { LossField, SyncType } from '../connector/contract.ts'
import { left, partOf, type Viewpoint, withPart, written } from './client-record.ts'
import type { Loss } from './loss.ts'
import { entryText } from './profile-after.ts'
import type { ClientProfile } from './shapes/client.ts'
import { kindOf } from './stamps.ts'
import type { ClientAgreement, ClientPart, ClientRecord } from './stored-client.ts'
import { stillUndone, waitsWith } from './undone.ts'

/**
 * The client without these. What does not wait any more, since somebody has looked meanwhile, is left alone; null:
 * nothing of them waits.
 */
export function takeAway(stored: ClientRecord, losses: readonly Loss[], view: Viewpoint): ClientRecord | null {
  const part = partOf(stored, view.installationId)
  const due = losses.filter(({ key }) => part?.status === 'active' && part.open.includes(key))
  if (!part || due.length === 0) return null
  let { profile, agreements } = stored
  for (const loss of due) {
    profile = withoutIn(profile, loss)
    agreements = agreements.map(agreement => agreementWithout(agreement, loss, view.at))
  }
  const open = part.open.filter(key => !due.some(loss => loss.key === key))
  const kept = Object.fromEntries(Object.entries(part.kept).filter(([key]) => !due.some(loss => loss.key === key)))
  const stamps = stampsAfter({ ...part, kept }, due, open, view.syncType.madeOf)
  const { undone: before, ...rest } = part
  const gone = due.map(({ key }) => key)
  // The vendor has said something else of these, twice.
  const undone = stillUndone(before, before?.values.filter(value => !waitsWith(value, gone)) ?? [], kept)
  const next: ClientPart = { ...rest, open, kept, stamps, ...(undone && { undone }), ...written(view) }
  const record = { ...stored, profile, agreements }
  const leaves = due.find(loss => loss.leaves)
  if (!leaves?.leaves) return withPart(record, next, view.at, true)
  const { status, rule } = leaves.leaves
  const about = view.syncType.rules.find(({ name }) => name === rule)?.about
  return left(record, next, status, about === 'sync-type' ? 'active' : status, leaves.reason, view)
}

function withoutIn(profile: ClientProfile, { key, values }: Loss): ClientProfile {
  if (key === 'address') return { ...profile, address: null }
  if (key !== 'emails' && key !== 'phones' && key !== 'websites') return profile
  const rest = (profile[key] as readonly Parameters<typeof entryText>[0][]).filter(
    entry => !values?.includes(entryText(entry))
  )
  return { ...profile, [key]: rest }
}

function agreementWithout(agreement: ClientAgreement, { key, values, put }: Loss, at: string): ClientAgreement {
  const id = agreement.externalId
  if (agreement.status === 'gone') return agreement
  if (key === `agreement:${id}`) return { ...agreement, status: 'gone', updatedAt: at }
  if (key === `cost:${id}`) return { ...agreement, ...put, updatedAt: at }
  if (key !== `vendor:${id}`) return agreement
  const vendors = agreement.vendors.filter(name => !values?.includes(name))
  return { ...agreement, ...put, vendors, updatedAt: at }
}

/** Children that are not listed any more go with the loss, unless something else that waits or was refused is made of their kind. */
function stampsAfter(
  part: ClientPart,
  taken: readonly Loss[],
  open: readonly string[],
  madeOf: SyncType['madeOf']
): ClientPart['stamps'] {
  const gone = new Set(taken.flatMap(({ unlisted }) => unlisted ?? []))
  const needed = [...open, ...Object.keys(part.kept)].flatMap(key => madeOf[fieldOf(key)] ?? [])
  return Object.fromEntries(
    Object.entries(part.stamps).filter(([key]) => !gone.has(key) || needed.includes(kindOf(key)))
  )
}

function fieldOf(key: string): LossField {
  const kind = kindOf(key)
  return kind === 'agreement' ? 'agreements' : (kind as LossField)
}
