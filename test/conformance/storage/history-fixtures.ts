import { withHistory } from '../../../plugins/entities/history.ts'
import type { ClientRecord, ClientWrite, Lease } from '../../../plugins/storage/port.ts'
import { at, profileOf } from './fixtures.ts'

/** The write of a run that has found another name, with its entry of history. */
export function renaming(
  lease: Pick<Lease, 'installationId'>,
  stored: ClientRecord,
  name: string,
  { runId = 'run_1', by }: { readonly runId?: string; readonly by?: string } = {}
): ClientWrite {
  const next = { ...stored, profile: profileOf(name) }
  const writer = { installationId: lease.installationId, runId, at: at(1), ...(by && { by }) }
  const { record, entry } = withHistory(stored, next, writer)
  return { id: record.id, expectedRev: stored.rev, record, entry: entry! }
}
