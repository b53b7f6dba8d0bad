import { Type } from 'typebox'
import { LossItem } from '../entities/loss-schemas.ts'
import { Agreement } from '../entities/shapes/agreement.ts'
import { ClientProfile, ClientStatus } from '../entities/shapes/client.ts'
import { StringOrNull, Time, TimeOrNull } from '../http/schemas/fields.ts'
import { before, ListingOf, ListQuery, TwoWayListingOf } from '../http/schemas/listing.ts'
import { orNull } from '../http/schemas/or-null.ts'

export const Client = Type.Object({
  id: Type.String(),
  name: ClientProfile.properties.name,
  status: ClientStatus,
  statusReason: StringOrNull,
  statusSince: Time,
  address: ClientProfile.properties.address,
  emails: ClientProfile.properties.emails,
  phones: ClientProfile.properties.phones,
  websites: ClientProfile.properties.websites,
  sources: Type.Array(
    Type.Object({
      connector: Type.String(),
      connectionId: Type.String(),
      externalId: Type.String(),
      lastSeenAt: Type.String({ description: 'When the vendor was last known to have it so' })
    })
  ),
  agreementCount: Type.Integer({ minimum: 0, description: 'Without those that the vendor no longer has' }),
  waiting: Type.Array(Type.String(), {
    description:
      'What is shown as it was although the vendor shows less, until it is looked at once more or a person decides: emails, address, cost:7, client (that it leaves), …; this and `refused` do not move updatedAt'
  }),
  refused: Type.Array(Type.String(), {
    description: 'The same, kept by a person for as long as the vendor says what it said then'
  }),
  undone: Type.Array(Type.Object({ runId: Type.String(), by: Type.String(), at: Time }), {
    description:
      'Runs that a person has undone here: what they changed is shown as it was before, each value until the vendor gives another one'
  }),
  createdAt: Time,
  updatedAt: Time
})

export const AgreementOfClient = Type.Object({
  id: Type.String(),
  clientId: Type.String(),
  clientName: Type.String(),
  clientStatus: ClientStatus,
  ...Agreement.properties,
  updatedAt: Time
})

/** One loss of a client that waits. */
export const WaitingLoss = Type.Object({
  ...LossItem.properties,
  since: Time,
  waitsFor: Type.Enum(['second-look', 'approval'], { description: 'second-look: the end of a run reads it once more' }),
  installationId: Type.String(),
  syncType: Type.String()
})

export const ClientWithAgreements = Type.Object({
  ...Client.properties,
  agreements: Type.Array(AgreementOfClient),
  losses: Type.Array(WaitingLoss, { description: 'What of `waiting` is known in detail' })
})

export const Clients = Type.Object({
  ...TwoWayListingOf(Client).properties,
  total: orNull(
    Type.Object({
      count: Type.Integer({ minimum: 0 }),
      exact: Type.Boolean({ description: 'false: there are more than `count`' })
    }),
    { description: 'null: not asked for, or asked with search, externalId or changedSince, which are not counted' }
  ),
  changedUntil: TimeOrNull
})
export const Agreements = ListingOf(AgreementOfClient)

/** What one run, or a person who has undone it, has changed of a client. */
export const HistoryItem = Type.Object({
  at: Time,
  runId: Type.String(),
  installationId: Type.String(),
  by: orNull(Type.String(), { description: 'Who has undone the run; null: the run itself' }),
  changes: Type.Array(
    Type.Object({
      field: Type.String({
        description:
          'name, address, emails, phones, websites, status, part (whether the sync type takes it), agreement (one that was not there), or a field of an agreement',
        examples: ['overallCost']
      }),
      agreement: orNull(Type.String(), { description: 'External id of the agreement that it is about' }),
      before: Type.Unknown({ description: 'As in the client and its agreements; null: nothing' }),
      after: Type.Unknown()
    }),
    { description: 'None if it was too much to be kept' }
  )
})

export const History = ListingOf(HistoryItem)

const clientFilters = {
  search: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'Every word of it begins a word of the name; the list is by name then'
    })
  ),
  status: Type.Optional(ClientStatus),
  connectionId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  externalId: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  order: Type.Optional(
    Type.Enum(['name', '-name', 'changed', '-changed', 'id'], {
      description:
        'By name, by updatedAt or by id; with a minus downwards. id never moves, and changed ends a minute before now (`changedUntil`): a walk through either misses no client. Default: name, with changedSince changed'
    })
  ),
  changedSince: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 40,
      description: 'Only those whose updatedAt is this or later; ISO 8601 with a zone',
      examples: ['2026-11-23T18:00:00Z']
    })
  )
}

export const ClientFilters = Type.Object(clientFilters, { additionalProperties: false })

export const ClientsQuery = ListQuery({
  ...clientFilters,
  before,
  total: Type.Optional(Type.Literal('true', { description: 'Tells `total` too' }))
})

export const AgreementFilters = ListQuery({
  clientId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  status: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Letter case does not matter' })),
  clientStatus: Type.Optional(
    Type.Enum(['active', 'inactive', 'gone'], {
      description: 'Of its client: active agreements of active clients are what is billed'
    })
  )
})
