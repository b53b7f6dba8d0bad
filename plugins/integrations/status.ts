import { type Static, Type } from 'typebox'
import type { Connection, Installation, Run } from '../storage/port.ts'
import { countedInWords } from './loss-words.ts'

export const InstallationStatus = Type.Enum([
  'running',
  'stopped',
  'uninstalled',
  'erasing',
  'needs-attention',
  'awaiting-approval'
])
export type InstallationStatus = Static<typeof InstallationStatus>

/** The pass that takes what came; one or two before it begin again and need nobody. */
const NOTED_MISFITS = 3

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
      return heldInWords(installation.hold!)
    case 'running':
      return runningInWords(installation, lastRun)
  }
}

function heldInWords({ kinds, clients }: NonNullable<Installation['hold']>): string {
  const what = countedInWords(kinds) || `Something of ${clients} clients`
  return `${what} would be taken away; nothing was. Approve or reject it; everything else goes on meanwhile.`
}

/** What is to know though it runs. */
function runningInWords({ failures, passFailures, misfits, hold }: Installation, lastRun: Run | null): string | null {
  if (failures > 0) {
    const runs = failures === 1 ? 'run' : `${failures} runs`
    return `The last ${runs} failed and will be tried again: ${lastRun?.error?.detail ?? 'see its runs'}`
  }
  if (passFailures > 0) {
    const passes = passFailures === 1 ? 'complete pass' : `${passFailures} complete passes`
    return `The last ${passes} failed and will be tried again; changes come all the same. See its runs.`
  }
  if (misfits && misfits.count >= NOTED_MISFITS)
    return `Complete passes do not fit what the vendor counts (${misfits.detail}): what came was taken, and nothing is taken away because no list shows it.`
  if (!hold?.decision) return null
  const { verdict } = hold.decision
  return `What would be taken away was ${verdict === 'approve' ? 'approved' : 'rejected'}; the next run carries it out.`
}
