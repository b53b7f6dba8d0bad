import { type Static, Type } from 'typebox'
import type { Connection, Installation, Run } from '../storage/port.ts'

export const InstallationStatus = Type.Enum([
  'running',
  'stopped',
  'uninstalled',
  'erasing',
  'needs-attention',
  'awaiting-approval'
])
export type InstallationStatus = Static<typeof InstallationStatus>

/**
 * Derived, never stored: what people want of it comes before what a run found.
 * @param trouble of its connection, which stops all of its installations
 */
export function statusOf(
  installation: Pick<Installation, 'wanted' | 'attention' | 'hold'>,
  trouble: Connection['trouble']
): InstallationStatus {
  if (installation.wanted !== 'running') return installation.wanted
  if (trouble || installation.attention) return 'needs-attention'
  return installation.hold && !installation.hold.decision ? 'awaiting-approval' : 'running'
}

/** Why it is so and what to do, in words; null: all is well. */
export function reasonOf(
  installation: Installation,
  lastRun: Run | null,
  trouble: Connection['trouble']
): string | null {
  switch (statusOf(installation, trouble)) {
    case 'stopped':
      return 'Stopped by a person: no new data comes in. Start it to go on where it was.'
    case 'uninstalled':
      return 'Not installed: configuration and synced data are kept. Reinstall it to go on without typing credentials.'
    case 'erasing':
      return 'Being erased. If this stays, repeat the DELETE: it goes on where it was cut.'
    case 'needs-attention':
      return (trouble ?? installation.attention)!.detail
    case 'awaiting-approval':
      return `Losses of ${installation.hold!.clients} clients wait for a person. Approve them, or find out why the vendor shows less.`
    case 'running':
      if (installation.failures === 0) return null
      return `The last ${installation.failures === 1 ? 'run' : `${installation.failures} runs`} failed and will be tried again: ${lastRun?.error?.detail ?? 'see its runs'}`
  }
}
