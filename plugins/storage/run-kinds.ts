/** What a run is, for whoever looks for it. */
import type { Run, RunKind } from './run-port.ts'

/** changes: clients have changed; problems: it failed, set records aside, or something waits for a person. */
export function kindsOf({ counts, status }: Pick<Run, 'counts' | 'status'>): RunKind[] {
  const { created, updated, inactivated, gone, setAside, held } = counts
  const kinds: RunKind[] = []
  if (created + updated + inactivated + gone > 0) kinds.push('changes')
  if (setAside > 0 || held > 0 || status === 'failed') kinds.push('problems')
  return kinds
}
