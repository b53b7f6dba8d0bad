/** Why a record is or is not here, in sentences. */
import { lossKeyOf } from '../../entities/undone.ts'
import type { ClientRecord, Connection, Installation, Undone } from '../../storage/port.ts'
import { enumerated, keyInWords } from '../loss-words.ts'
import { statusOf } from '../status.ts'
import { type Here, isSameVersion } from './known-here.ts'
import type { Look } from './live-record.ts'

const nextPass = 'the next complete pass sees it'

/** What was asked of a connection's account. */
export interface Question {
  readonly connectionId: string
  /** The vendor's id; exactly one of this and `name`. */
  readonly id?: string
  readonly name?: string
}

/** One sync type's view: the vendor's record now, and what is known of it here. */
export interface Sight {
  readonly look: Look
  readonly here: Here
}

/** @param stored the client, if there is one */
export function nameInWords(question: Question, sights: readonly Sight[], stored: ClientRecord | null): string {
  const facts = sights.find(({ look }) => look.facts?.name)?.look.facts
  return `"${stored?.profile.name || facts?.name || question.name || question.id}"`
}

/** Of a record that the vendor does not have, or does not show. */
export function absentInWords(
  question: Question,
  what: string,
  sights: readonly Sight[],
  stored: ClientRecord | null,
  trouble: Connection['trouble']
): string {
  const asked = question.id === undefined ? `by the name "${question.name}"` : `with the id "${question.id}"`
  const setAside = sights.find(({ here }) => here.setAside)?.here.setAside
  if (!stored) {
    const last = setAside ? ` On ${dayOf(setAside.at)} it was set aside: ${sentenceEnd(setAside.reason)}` : ''
    return `The vendor has nothing ${asked}, or does not show it to these credentials.${last}`
  }
  const reasons = sights
    .filter(({ here }) => here.part?.status === 'active')
    .map(sight => whyStill(sight, nextPass, trouble))
  const why = reasons.length > 0 ? `: ${enumerated([...new Set(reasons)])}` : ''
  return `The vendor no longer has ${what}, or does not show it to these credentials; here it is ${stored.status}${why}.`
}

/** One sync type's verdict on a record that the vendor has. */
export function verdictOf(sight: Sight, what: string, trouble: Connection['trouble']): string {
  const { look, here } = sight
  const { title } = look.view.syncType
  const isActive = here.part?.status === 'active'
  const failed = look.rules.find(({ passed }) => !passed)
  const [unread] = look.unread
  if (look.facts === null)
    return `${title} is not shown ${what} now.${isActive ? stillInWords(sight, nextPass, trouble) : ''}`
  if (look.reject !== null) {
    const meanwhile = isActive ? 'what was known of it stays' : 'it is set aside until it changes there'
    return `${title} cannot use ${what}, ${meanwhile}: ${sentenceEnd(look.reject)}`
  }
  if (failed?.about === 'sync-type' && unread)
    return `Whether ${title} takes ${what} cannot be told${isActive ? ', so that it stays as it was' : ''}: ${sentenceEnd(unread.reason)}`
  if (failed) {
    const lag = isActive ? stillInWords(sight, 'the next sync sees that', trouble) : ''
    return `${title} does not take ${what}: ${sentenceEnd(failed.message)}${lag}`
  }
  if (!look.view.installation) return `${title} would take ${what}, but is not installed.`
  if (isActive) return `${title} has ${what}: it passes every rule.${keptInWords(sight)}`
  return comingInWords(sight, look.view.installation, what, trouble)
}

/** It passes every rule and is not here. */
function comingInWords(
  { look, here: { setAside, part } }: Sight,
  installation: Installation,
  what: string,
  trouble: Connection['trouble']
): string {
  const { title } = look.view.syncType
  const passes = `${what} passes every rule of ${title}`
  const [unread] = look.unread
  if (unread) return `${title} sets ${what} aside: ${sentenceEnd(unread.reason)}`
  if (part?.undone?.hash)
    return `${passes}, but on ${dayOf(part.undone.at)} a person has undone that it came back. It comes when it changes there.`
  if (setAside && isSameVersion(setAside.stamps, look.stamps))
    return `${passes}, but on ${dayOf(setAside.at)} it was set aside: ${sentenceEnd(setAside.reason)} It is looked at again when it changes there, and by the next compare.`
  const status = statusOf(installation, trouble)
  const before = setAside
    ? `It was set aside on ${dayOf(setAside.at)} (${setAside.reason}) and has changed since. `
    : ''
  return isSyncing(status)
    ? `${before}${passes}; the next sync brings it.`
    : `${before}${passes}, but the installation is ${inWords(status)}.`
}

/** It is active here and should not be. */
function stillInWords(sight: Sight, next: string, trouble: Connection['trouble']): string {
  return ` Here it is still active: ${whyStill(sight, next, trouble)}.`
}

function whyStill({ look, here }: Sight, next: string, trouble: Connection['trouble']): string {
  if (here.refused.includes('client') && here.part?.undone)
    return `on ${dayOf(here.part.undone.at)} a person has undone that it left, and that holds for as long as that is so`
  if (here.refused.includes('client')) return 'a person has decided to keep it for as long as that is so'
  if (here.losses.some(({ key }) => key === 'client')) {
    return here.row?.state === 'held'
      ? 'that it leaves waits for a person’s approval'
      : 'it is looked at once more before it leaves'
  }
  const status = look.view.installation ? statusOf(look.view.installation, trouble) : 'running'
  return isSyncing(status) ? next : `the installation is ${inWords(status)}`
}

/** What of an active client is shown as it was. */
function keptInWords({ look, here }: Sight): string {
  const { setAside } = here
  const aside =
    setAside && isSameVersion(setAside.stamps, look.stamps)
      ? ` On ${dayOf(setAside.at)} a run set it aside, so that what was known of it stays: ${sentenceEnd(setAside.reason)}`
      : ''
  const open = here.losses.map(({ key, reason }) => `${keyInWords(key)} (${reason})`)
  const until = here.row?.state === 'held' ? 'a person decides' : 'it is looked at once more'
  const waits = open.length > 0 ? ` Shown as it was until ${until}: ${enumerated(open)}.` : ''
  const undone = undoneInWords(here.part?.undone)
  const refused = here.part?.undone ? [] : here.refused.map(keyInWords)
  return `${aside}${waits}${undone}${refused.length > 0 ? ` Kept as it was by a person: ${enumerated(refused)}.` : ''}`
}

function undoneInWords(undone: Undone | undefined): string {
  if (!undone) return ''
  const what = undone.values.map(value => (value.field === 'name' ? 'its name' : keyInWords(lossKeyOf(value))))
  const of = what.length > 0 ? `: ${enumerated([...new Set(what)])}` : ''
  return ` On ${dayOf(undone.at)} a person has undone what a run had changed of it, and it stays as it was before until the vendor gives something else${of}.`
}

const isSyncing = (status: string) => status === 'running' || status === 'awaiting-approval'
const inWords = (status: string) => (status === 'needs-attention' ? 'in need of attention' : status)

function dayOf(at: string): string {
  return at.slice(0, 10)
}

function sentenceEnd(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
