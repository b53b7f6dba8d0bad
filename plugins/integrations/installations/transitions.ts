import { errors, withDetails } from '../../errors.ts'
import type { Installation } from '../../storage/port.ts'
import { type InstallationStatus, statusOf } from './status.ts'

export type Transition = 'stop' | 'start' | 'sync' | 'compare' | 'uninstall' | 'reinstall' | 'approve'

/**
 * What makes sense when. Stopped installations run nothing, so a run cannot be asked for; while a compare awaits
 * approval only another compare can tell whether it still would take as much away.
 */
const allowed: Readonly<Record<InstallationStatus, readonly Transition[]>> = {
  running: ['stop', 'sync', 'compare', 'uninstall'],
  stopped: ['start', 'uninstall'],
  uninstalled: ['reinstall'],
  erasing: [],
  'needs-attention': ['start', 'stop', 'sync', 'compare', 'uninstall'],
  'awaiting-approval': ['approve', 'stop', 'compare', 'uninstall']
}

/** Throws HOST_ERR_TRANSITION with the ones that are allowed. */
export function requireTransition(installation: Installation, wish: Transition): void {
  const status = statusOf(installation)
  const now = allowed[status]
  if (now.includes(wish)) return
  throw withDetails(new errors.HOST_ERR_TRANSITION(status, wish, now.join(', ')), { allowed: now })
}
