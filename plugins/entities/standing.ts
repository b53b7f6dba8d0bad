/** What a client is, out of what its parts know: never of which of them looked last. */
import type { ClientStatus } from './shapes/client.ts'
import type { ClientPart, ClientRecord } from './stored-client.ts'

type Standing = Pick<ClientRecord, 'status' | 'statusReason' | 'statusSince'>

/**
 * Gone if a part knows so and no other has since seen a newer version alive. Else only those count that have seen the
 * newest version of the vendor's record: if one of them finds the client as such active, it is active here as long as
 * one sync type takes it.
 */
export function standingOf(
  parts: readonly ClientPart[],
  before: Pick<Standing, 'status' | 'statusSince'>,
  at: string
): Standing {
  const { status, reason } = verdictOf(parts.toSorted((a, b) => (a.installationId < b.installationId ? -1 : 1)))
  return { status, statusReason: reason, statusSince: status === before.status ? before.statusSince : at }
}

function verdictOf(parts: readonly ClientPart[]): { status: ClientStatus; reason: string | null } {
  const alive = parts.filter(({ standing }) => standing !== 'gone')
  const lost = parts.find(part => part.standing === 'gone' && !alive.some(other => isNewer(other, part)))
  if (lost) return { status: 'gone', reason: lost.standingReason }
  const newest = alive.filter(part => !alive.some(other => isNewer(other, part)))
  const found = newest.some(({ standing }) => standing === 'active')
  if (found && parts.some(({ status }) => status === 'active')) return { status: 'active', reason: null }
  const reason = found
    ? reasonOf(parts, ({ statusReason }) => statusReason)
    : reasonOf(newest, ({ standingReason }) => standingReason)
  return { status: 'inactive', reason }
}

/** An unknown version is neither older nor newer than another. */
function isNewer(one: ClientPart, other: ClientPart): boolean {
  return one.version !== null && other.version !== null && one.version > other.version
}

function reasonOf(parts: readonly ClientPart[], of: (part: ClientPart) => string | null): string | null {
  return parts.map(of).find(reason => reason !== null) ?? null
}
