/** Runs in words. */
import type { Static } from 'typebox'
import type { Receipt } from '../runs/schemas.ts'
import { count, listed } from './parts/words.ts'

export type Run = Static<typeof Receipt>

const modes = { full: 'First sync', incremental: 'Look for changes', compare: 'Compare everything' } as const

export function modeOf({ mode, continues, runs }: Pick<Run, 'mode' | 'continues' | 'runs'>): string {
  if (runs > 1) return `${count(runs)} looks for changes`
  return continues === null ? modes[mode] : `${modes[mode]}, gone on with`
}

/** It looked, and nothing was to be done. */
export function isCalm({ status, counts, mode }: Run): boolean {
  const { created, updated, inactivated, gone, setAside, held } = counts
  return (
    status === 'succeeded' && mode === 'incremental' && created + updated + inactivated + gone + setAside + held === 0
  )
}

/** What it did, nothing that is zero. */
export function summaryOf(run: Run): string {
  if (run.status === 'running') return `Under way, ${count(run.counts.read)} read`
  if (run.status === 'failed' || run.status === 'interrupted' || run.status === 'postponed')
    return run.error?.detail ?? 'It did not end well.'
  const { created, updated, inactivated, gone, setAside, leftOut, held } = run.counts
  const did = listed([
    created > 0 && `${count(created)} new`,
    updated > 0 && `${count(updated)} changed`,
    inactivated > 0 && `${count(inactivated)} no longer active`,
    gone > 0 && `${count(gone)} gone`,
    setAside > 0 && `${count(setAside)} set aside`,
    held > 0 && `${count(held)} waiting for a decision`,
    run.mode === 'full' && leftOut > 0 && `${count(leftOut)} left out`
  ])
  return did ?? 'Nothing had changed'
}
