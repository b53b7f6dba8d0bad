/**
 * What stops a whole connection: refused credentials, an address that may not be called. A vendor has bad minutes too,
 * so an account that has worked before is tried again by one installation some minutes later, then rarely; never by
 * itself where the vendor locks accounts.
 */
import type { Connection, Run, Store, Trouble } from '../storage/port.ts'
import { happened } from './deeds.ts'
import type { Desk } from './desk.ts'
import { jittered } from './outcome.ts'

const SECOND_LOOK_MS = 5 * 60_000
const RARELY_MS = 3600_000
/** Whoever tries holds off the others for so long. */
const TRYING_MS = 10 * 60_000
/** How long an installation sleeps that waits for a person, who has it woken. */
const SLEEP_MS = 15 * 60_000
/** How old the word may be that an account works. */
const WORKED_MS = 3600_000

/** How long nothing may be tried, in milliseconds; null: it may be tried now. */
export function waitFor({ trouble }: Connection, now: Date): number | null {
  if (!trouble) return null
  if (trouble.retryAt === null) return jittered(SLEEP_MS)
  const left = Date.parse(trouble.retryAt) - now.getTime()
  // A clock that was set back does not make it longer.
  return left <= 0 || left > 2 * RARELY_MS ? null : Math.min(left, SLEEP_MS)
}

/** This installation tries, the connection's others wait for what comes of it. */
export async function reserveTrial(store: Store, { tenant, id, trouble }: Connection, now: Date): Promise<void> {
  if (!trouble) return
  const retryAt = new Date(now.getTime() + TRYING_MS).toISOString()
  await store.connections.note(tenant, id, { trouble: { ...trouble, retryAt } })
}

/** @returns what is noted; null: credentials were typed anew meanwhile, so nothing is held against them */
export async function noteTrouble(desk: Desk, error: NonNullable<Run['error']>, now: Date): Promise<Trouble | null> {
  const { parts, connection: used, connector, installation } = desk
  const { store } = parts
  const { tenant, id } = used
  const current = await store.connections.get(tenant, id)
  if (!current || current.rev !== used.rev) return null
  const before = current.trouble
  const tries = (before?.tries ?? 0) + 1
  const mayTry = current.workedAt !== null && connector.locksAccounts !== true
  const inMs = jittered(tries === 1 ? SECOND_LOOK_MS : RARELY_MS)
  const retryAt = mayTry ? new Date(now.getTime() + inMs).toISOString() : null
  const trouble: Trouble = { ...error, since: before?.since ?? now.toISOString(), tries, retryAt }
  await store.connections.note(tenant, id, { trouble })
  desk.trouble = trouble
  if (!before) {
    const details = { connector: installation.connector, syncType: installation.syncType }
    const target = { kind: 'connection', id }
    await happened(parts, {
      tenant,
      action: 'connection.refused',
      target,
      outcome: 'refused',
      code: error.code,
      details
    })
  }
  return trouble
}

/** The vendor has answered as it should. */
export async function noteWorking(desk: Desk, now: Date): Promise<void> {
  const { parts, trouble, connection } = desk
  const { tenant, id, workedAt, connector } = connection
  const age = workedAt === null ? Number.POSITIVE_INFINITY : Math.abs(now.getTime() - Date.parse(workedAt))
  if (!trouble && age < WORKED_MS) return
  await parts.store.connections.note(tenant, id, { workedAt: now.toISOString(), ...(trouble && { trouble: null }) })
  desk.trouble = null
  if (!trouble) return
  const target = { kind: 'connection', id }
  await happened(parts, { tenant, action: 'connection.accepted', target, details: { connector, code: trouble.code } })
}
