import { type Static, Type } from 'typebox'
import { ByKind, LossItem, LossKindName, presentLoss } from '../../entities/loss-schemas.ts'
import { Time } from '../../http/schemas/fields.ts'
import { ListingOf, ListQuery } from '../../http/schemas/listing.ts'
import { orNull } from '../../http/schemas/or-null.ts'
import type { Hold, LossKind, LossRow } from '../../storage/port.ts'

const Count = Type.Integer({ minimum: 0 })
const Revision = Type.Integer({ minimum: 1, description: 'Grows whenever what waits changes' })

const Decided = Type.Object({
  verdict: Type.Enum(['approve', 'reject']),
  revision: Revision,
  kinds: orNull(Type.Array(LossKindName), { description: 'null: all' }),
  by: Type.String({ description: 'The subject of the token' }),
  at: Time
})

export const HoldView = orNull(
  Type.Object({
    revision: Revision,
    since: Time,
    clients: Type.Integer({ minimum: 0, description: 'Clients of which something waits' }),
    kinds: ByKind(Type.Object({ held: Count, of: Count }), 'Records that wait, and how many there are'),
    decision: orNull(Decided, { description: 'What a person has said, until a run has carried it out' })
  }),
  { description: 'What would be taken away and waits for a person; everything else goes on' }
)

export function presentHold(hold: Hold | null): Static<typeof HoldView> {
  if (!hold) return null
  const { revision, since, clients, kinds, decision } = hold
  return {
    ...{ revision, since, clients, kinds },
    decision: decision && { ...decision, kinds: decision.kinds && [...decision.kinds] }
  }
}

export const LossFilters = ListQuery({ kind: Type.Optional(LossKindName) })

const ClientLosses = Type.Object({
  clientId: Type.String(),
  externalId: Type.String(),
  name: Type.String(),
  since: Time,
  losses: Type.Array(LossItem)
})

export const Losses = Type.Object({
  ...ListingOf(ClientLosses).properties,
  revision: orNull(Revision, { description: 'To approve or reject by; null: nothing waits' })
})

/** One client's losses, of `kind` alone if one is given: what a decision about that kind would be about. */
export function presentLosses(row: LossRow, kind: LossKind | undefined): Static<typeof ClientLosses> {
  return {
    clientId: row.clientId,
    externalId: row.externalId,
    name: row.clientName,
    since: row.at,
    losses: row.items.filter(item => kind === undefined || item.kind === kind).map(presentLoss)
  }
}

export const DecisionBody = Type.Object(
  {
    revision: Revision,
    kinds: Type.Optional(
      Type.Array(LossKindName, { minItems: 1, uniqueItems: true, description: 'Only these; the rest goes on waiting' })
    )
  },
  { additionalProperties: false }
)
