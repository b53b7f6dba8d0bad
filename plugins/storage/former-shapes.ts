/** What was written before documents had their present fields, as it is read now. */
import type { ClientAgreement, ClientPart } from '../entities/stored-client.ts'
import type { Run } from './run-port.ts'

type Former<T, New extends keyof T> = Omit<T, New> & Partial<Pick<T, New>>

export type FormerPart = Former<ClientPart, 'version' | 'changesOn' | 'open' | 'kept'>
export type FormerAgreement = Former<ClientAgreement, 'parentId' | 'billedOnce'>

/** In the order of fields that it would be written in now: agreements are compared by their texts. */
export function toAgreement(stored: FormerAgreement): ClientAgreement {
  if (stored.billedOnce !== undefined) return stored as ClientAgreement
  const { id, updatedAt, ...agreement } = stored
  return { ...agreement, parentId: null, billedOnce: false, id, updatedAt }
}

export function toPart(stored: FormerPart): ClientPart {
  return {
    ...stored,
    version: stored.version ?? null,
    changesOn: stored.changesOn ?? null,
    open: stored.open ?? [],
    kept: stored.kept ?? {}
  }
}

/** A run that waited for approval has ended without taking anything away. */
export function toRun(stored: Run): Run {
  if (stored.notes !== undefined) return stored
  const { reconciliation, status } = stored
  return {
    ...stored,
    status: (status as string) === 'awaiting-approval' ? 'failed' : status,
    counts: { ...stored.counts, held: 0 },
    took: {},
    oldestLookSeconds: null,
    notes: [],
    reconciliation: reconciliation && {
      ...reconciliation,
      differences: reconciliation.differences.map(({ reason, count }) => ({ reason, rule: null, count }))
    }
  }
}
