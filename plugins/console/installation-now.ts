/** An installation as pages show it: in words, and in what can be done with it. */
import { presentInstallation } from '../integrations/installations/present.ts'
import type { Desk } from './desk.ts'
import { type Html, html } from './html.ts'
import { state, type Tone } from './parts/state.ts'
import { time } from './parts/time.ts'

export interface InstallationNow {
  readonly view: Awaited<ReturnType<typeof presentInstallation>>
  /** Nothing goes on until a person acts. */
  readonly waitsForSomebody: boolean
  readonly syncing: boolean
}

/** null: it is not there (any more). */
export async function lookAtInstallation(desk: Desk, tenant: string, id: string): Promise<InstallationNow | null> {
  const found = await desk.host.store.installations.get(tenant, id)
  if (!found) return null
  const view = await presentInstallation(desk.host, found)
  return {
    view,
    waitsForSomebody: view.status === 'needs-attention' || view.status === 'awaiting-approval',
    syncing: view.currentRun !== null
  }
}

const words: Readonly<Record<InstallationNow['view']['status'], readonly [Tone, string]>> = {
  running: ['good', 'Running'],
  stopped: ['off', 'Stopped'],
  uninstalled: ['off', 'Uninstalled'],
  erasing: ['off', 'Being erased'],
  'needs-attention': ['bad', 'Needs attention'],
  'awaiting-approval': ['warn', 'Waits for your approval']
}

/** `withTime` false: beside a sentence that says when. */
export function stateOf({ view, syncing }: InstallationNow, now: Date, withTime = true): Html {
  if (syncing && view.status === 'running') return state('busy', 'Syncing now')
  const [tone, text] = words[view.status]
  const ended = view.status === 'running' && withTime ? (view.lastRun?.endedAt ?? null) : null
  return state(tone, html`${text}${ended !== null && html`<span class="state-when">${time(ended, now)}</span>`}`)
}
