import { type Writer, withHistory } from '../entities/history.ts'
import type { Loss } from '../entities/loss.ts'
import type { ClientRecord, ClientWrite } from '../storage/port.ts'

/**
 * The write that puts `next` in the place of what was read, with what it changes for the client's history.
 * @param how see withHistory
 */
export function clientWrite(
  stored: ClientRecord | undefined,
  next: ClientRecord,
  writer: Writer,
  how: { readonly arrives?: boolean; readonly taken?: readonly Loss[] } = {}
): ClientWrite {
  const { record, entry } = withHistory(stored, next, writer, how)
  return { id: record.id, expectedRev: next.rev, record, ...(entry && { entry }) }
}
