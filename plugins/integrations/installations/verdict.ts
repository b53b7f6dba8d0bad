import type { ClientRecord } from '../../storage/port.ts'
import { statusOf } from '../status.ts'
import type { Look } from './live-record.ts'

/** What was asked of a connection's account. */
export interface Question {
  readonly connectionId: string
  /** The vendor's id; exactly one of this and `name`. */
  readonly id?: string
  readonly name?: string
}

/** The whole explanation in one sentence. */
export function verdictOf(question: Question, looks: readonly Look[], stored: ClientRecord | null): string {
  const looked = looks.find(look => look.facts !== null)
  const what = `"${stored?.profile.name ?? looked?.facts?.name ?? question.name ?? question.id}"`
  if (!looked) {
    const asked = question.id === undefined ? `by the name "${question.name}"` : `with the id "${question.id}"`
    return stored
      ? `The vendor no longer has ${what}; here it is ${stored.status}.`
      : `The vendor has nothing ${asked}, or does not show it to these credentials.`
  }
  const rejected = looks.find(look => look.reject !== null)
  if (rejected) return `The vendor has ${what}, but it cannot be used: ${sentenceEnd(rejected.reject!)}`
  return looks.map(look => partOf(look, what, stored)).join(' ')
}

function partOf(look: Look, what: string, stored: ClientRecord | null): string {
  const { syncType, installation } = look.view
  const failed = look.rules.find(rule => !rule.passed)
  const part = stored?.parts.find(({ installationId }) => installationId === installation?.id)
  if (failed) {
    const lag = part?.status === 'active' ? ' Here it is still active; the next sync changes that.' : ''
    return `${syncType.title} does not take ${what}: ${sentenceEnd(failed.message)}${lag}`
  }
  if (part?.status === 'active') return `${syncType.title} has ${what}: it passes every rule.`
  if (!installation) return `${syncType.title} would take ${what}, but is not installed.`
  const status = statusOf(installation, null)
  if (status === 'running') return `${what} passes every rule of ${syncType.title}; the next sync brings it.`
  return `${what} passes every rule of ${syncType.title}, but the installation is ${status.replace('-', ' ')}.`
}

function sentenceEnd(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
