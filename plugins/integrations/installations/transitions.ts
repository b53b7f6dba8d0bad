import { errors, withDetails } from '../../errors.ts'
import type { Connection, Installation } from '../../storage/port.ts'
import { type InstallationStatus, statusOf } from '../status.ts'

export type Transition = 'stop' | 'start' | 'sync' | 'compare' | 'uninstall' | 'reinstall'
/** What is said about losses; it goes beside every status in which a run may still come. */
export type Verdict = 'approve' | 'reject'

/** What makes sense when. Stopped installations run nothing, so a run cannot be asked for; to stop them again is no mistake. */
const allowed: Readonly<Record<InstallationStatus, readonly Transition[]>> = {
  running: ['stop', 'sync', 'compare', 'uninstall'],
  stopped: ['start', 'stop', 'uninstall'],
  uninstalled: ['reinstall'],
  erasing: [],
  'needs-attention': ['start', 'stop', 'sync', 'compare', 'uninstall'],
  'awaiting-approval': ['stop', 'sync', 'compare', 'uninstall']
}

/**
 * Throws HOST_ERR_TRANSITION with the ones that are allowed.
 * @param trouble of its connection
 */
export function requireTransition(installation: Installation, wish: Transition, trouble: Connection['trouble']): void {
  const status = statusOf(installation, trouble)
  const now = allowed[status]
  if (now.includes(wish)) return
  throw withDetails(new errors.HOST_ERR_TRANSITION(status, wish, now.join(', ')), { allowed: now })
}

/** Throws HOST_ERR_TRANSITION where no run would carry it out. */
export function requireInstalled(installation: Installation, wish: Verdict): void {
  const { wanted } = installation
  if (wanted === 'running' || wanted === 'stopped') return
  const now = allowed[wanted]
  throw withDetails(new errors.HOST_ERR_TRANSITION(wanted, wish, now.join(', ') || 'nothing'), { allowed: now })
}
