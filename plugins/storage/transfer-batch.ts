import type { TransferItem, Transferred, TransferSection } from './port.ts'

/** Documents read and written at a time, at most. */
export const BATCH = 500

/** Together, the documents of a batch take no more than about this, unless the first alone does. */
export const BATCH_BYTES = 8 * 1024 * 1024

/** Facts of this beginning are about a transfer into or out of one store, and are in none. */
export const OWN_META = 'migration:'

/**
 * Installations go last: a host that is started on the target too early finds nothing to run. Each section is read
 * in key order, and the position is kept in the target behind every batch.
 */
export const sectionOrder: readonly TransferSection[] = [
  'meta',
  'connections',
  'clients',
  'runs',
  'rejects',
  'losses',
  'history',
  'seen',
  'webhooks',
  'anchors',
  'activity',
  'installations'
]

/** What is unique of a document; a section is read in the order of these texts by bytes, one behind the other. */
const keyParts: { readonly [S in TransferSection]: (document: Transferred[S]) => readonly string[] } = {
  connections: ({ id }) => [id],
  installations: ({ id }) => [id],
  runs: ({ id }) => [id],
  rejects: ({ runId, key }) => [runId, key],
  clients: ({ id }) => [id],
  losses: ({ installationId, externalId }) => [installationId, externalId],
  history: ({ id }) => [id],
  seen: ({ installationId, key }) => [installationId, key],
  webhooks: ({ id }) => [id],
  anchors: ({ tenant }) => [tenant],
  // Numbers in the order of their texts.
  activity: ({ tenant, seq }) => [tenant, String(seq).padStart(16, '0')],
  meta: ({ key }) => [key]
}

export function toItem<S extends TransferSection>(section: S, document: Transferred[S]): TransferItem<S> {
  const parts = keyParts[section](document)
  return { key: parts.length === 1 ? parts[0]! : JSON.stringify(parts), document }
}

/** The parts of an item's key, `size` of them; null stays null. */
export function fromKey(key: string | null, size: number): string[] | null {
  if (key === null) return null
  return size === 1 ? [key] : JSON.parse(key)
}
