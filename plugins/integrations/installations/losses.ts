import type { Static } from 'typebox'
import { errors, type Problem, withDetails } from '../../errors.ts'
import type { Expected } from '../../http/preconditions.ts'
import type { Hold, Installation, LossKind, PageRequest } from '../../storage/port.ts'
import { changeInstallation } from '../change-installation.ts'
import type { Host } from '../host.ts'
import { type Losses, presentLosses } from './loss-schemas.ts'
import { requireInstalled, type Verdict } from './transitions.ts'

/** What is held, client by client. Throws HOST_ERR_NOT_FOUND. */
export async function listLosses(
  { store }: Pick<Host, 'store'>,
  tenant: string,
  id: string,
  kind: LossKind | undefined,
  page: PageRequest
): Promise<Static<typeof Losses>> {
  // Before the list: what is held meanwhile then has another revision, and nobody decides about what was not shown.
  const installation = await store.installations.get(tenant, id)
  if (!installation) throw new errors.HOST_ERR_NOT_FOUND('installation')
  const { items, nextCursor } = await store.losses.listHeld(tenant, id, kind ?? null, page)
  return {
    items: items.map(row => presentLosses(row, kind)),
    nextCursor,
    revision: installation.hold?.revision ?? null
  }
}

export interface Decision {
  readonly verdict: Verdict
  /** Of the hold that was seen. */
  readonly revision: number
  /** @default all */
  readonly kinds?: readonly LossKind[] | undefined
  /** `sub` of who decides. */
  readonly by: string
}

/**
 * A person says what becomes of what waits. It is put on the desk, and the next run, which is due at once, carries it
 * out: what was approved is looked at once more and goes if it is the same; what was rejected stays until it differs.
 * Throws HOST_ERR_LOSSES_CHANGED if another revision waits by now, or nothing, HOST_ERR_DECISION_WAITS if someone was
 * faster, and HOST_ERR_BAD_REQUEST for kinds of which nothing waits.
 */
export async function decide(
  host: Pick<Host, 'store' | 'dispatcher' | 'webhooks'>,
  tenant: string,
  id: string,
  decision: Decision,
  expected: Expected = null
): Promise<Installation> {
  const { verdict, revision, kinds, by } = decision
  const { after } = await changeInstallation(
    host,
    tenant,
    id,
    now => {
      requireInstalled(now, verdict)
      const hold = seenHold(now.hold, revision)
      requireHeld(hold, kinds)
      const at = new Date().toISOString()
      return {
        hold: { ...hold, decision: { verdict, revision, kinds: kinds ? [...kinds] : null, by, at } },
        // Without a due time it waits for a person, or is stopped: it is carried out when that is over.
        ...(now.wanted === 'running' && now.dueAt !== null && { dueInMs: 0 })
      }
    },
    expected
  )
  host.dispatcher.poke()
  return after
}

function seenHold(hold: Hold | null, revision: number): Hold {
  if (hold?.revision !== revision) {
    const now = hold ? `it is revision ${hold.revision} by now` : 'nothing waits any more'
    throw withDetails(new errors.HOST_ERR_LOSSES_CHANGED(now), { revision: hold?.revision ?? null })
  }
  if (hold.decision) {
    const { verdict, by } = hold.decision
    const said = verdict === 'approve' ? 'approved' : 'rejected'
    throw withDetails(new errors.HOST_ERR_DECISION_WAITS(said, by), { decision: hold.decision })
  }
  return hold
}

function requireHeld({ kinds: held }: Hold, kinds: readonly LossKind[] = []): void {
  const problems: Problem[] = kinds.flatMap((kind, at) =>
    held[kind]
      ? []
      : [{ pointer: `/kinds/${at}`, message: `nothing of ${kind} waits, only of ${Object.keys(held).join(', ')}` }]
  )
  if (problems.length > 0) throw withDetails(new errors.HOST_ERR_BAD_REQUEST(), { problems })
}
