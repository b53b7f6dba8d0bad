import { randomBytes } from 'node:crypto'
import type { Caller } from '../../http/auth.ts'
import type { LiveSession, Session, Store } from '../../storage/port.ts'
import { isToken, newToken, tokenId } from './secret-token.ts'

const minute = 60_000
/** Unused, a session ends after so long. */
export const idleMs = 120 * minute
/** However much it is used. */
export const mostMs = 720 * minute

type Sessions = Pick<Store, 'sessions'>

/** The token is new whatever the browser had before: what somebody put there opens nothing. */
export async function startSession(
  { sessions }: Sessions,
  { tenant, sub, permissions }: Caller,
  embedded: boolean,
  now: Date
): Promise<string> {
  const token = newToken()
  const session: Session = {
    id: tokenId(token),
    tenant,
    sub,
    permissions,
    formKey: randomBytes(32).toString('base64url'),
    embedded,
    startedAt: now.toISOString()
  }
  await sessions.insert(session, idleMs, mostMs)
  return token
}

/** null: it has ended, or never was. Keeps alive what it finds, with a write a minute at most. */
export async function findSession({ sessions }: Sessions, token: string | null): Promise<LiveSession | null> {
  if (!isToken(token)) return null
  const session = await sessions.get(tokenId(token))
  if (session && session.endsInMs < idleMs - minute) await sessions.touch(session.id, idleMs)
  return session
}
