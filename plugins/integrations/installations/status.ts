import { type Static, Type } from 'typebox'
import type { Installation, Run } from '../../storage/port.ts'

export const InstallationStatus = Type.Enum([
  'running',
  'stopped',
  'uninstalled',
  'needs-attention',
  'awaiting-approval'
])
export type InstallationStatus = Static<typeof InstallationStatus>

/** Derived, never stored: what people want of it comes before what a run found. */
export function statusOf(installation: Pick<Installation, 'wanted' | 'attention' | 'approval'>): InstallationStatus {
  if (installation.wanted !== 'running') return installation.wanted
  if (installation.attention) return 'needs-attention'
  return installation.approval && installation.approval.approved === null ? 'awaiting-approval' : 'running'
}

/** Why it is so and what to do, in words; null: all is well. */
export function reasonOf(installation: Installation, lastRun: Run | null): string | null {
  switch (statusOf(installation)) {
    case 'stopped':
      return 'Stopped by a person: no new data comes in. Start it to go on where it was.'
    case 'uninstalled':
      return 'Not installed: configuration and synced data are kept. Reinstall it to go on without typing credentials.'
    case 'needs-attention':
      return installation.attention!.detail
    case 'awaiting-approval': {
      const { removals, of } = installation.approval!
      return `A compare would take away ${removals} of ${of} clients. Approve it, or find out why the vendor shows fewer.`
    }
    case 'running':
      if (installation.failures === 0) return null
      return `The last ${installation.failures === 1 ? 'run' : `${installation.failures} runs`} failed and will be tried again: ${lastRun?.error?.detail ?? 'see its runs'}`
  }
}
