import type { Static } from 'typebox'
import type { Run } from '../storage/port.ts'
import type { Receipt } from './schemas.ts'

/** A run as people see it: without tenant and token. */
export function receiptOf(run: Run): Static<typeof Receipt> {
  const { tenant: _tenant, token: _token, folded, ...receipt } = run
  return {
    ...receipt,
    runs: folded?.runs ?? 1,
    leftOutBy: { ...receipt.leftOutBy },
    took: { ...receipt.took },
    notes: [...receipt.notes],
    undone: receipt.undone ? { ...receipt.undone, left: { ...receipt.undone.left } } : null,
    reconciliation: receipt.reconciliation && {
      ...receipt.reconciliation,
      differences: [...receipt.reconciliation.differences]
    }
  }
}
