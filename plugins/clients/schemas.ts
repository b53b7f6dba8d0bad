import { Type } from 'typebox'
import { Agreement } from '../entities/shapes/agreement.ts'
import { ClientProfile, ClientStatus } from '../entities/shapes/client.ts'
import { StringOrNull, Time } from '../http/schemas/fields.ts'
import { ListingOf, ListQuery } from '../http/schemas/listing.ts'

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
  createdAt: Time,
  updatedAt: Time
})

export const AgreementOfClient = Type.Object({
  id: Type.String(),
  clientId: Type.String(),
  clientName: Type.String(),
  ...Agreement.properties,
  updatedAt: Time
})

export const ClientWithAgreements = Type.Object({ ...Client.properties, agreements: Type.Array(AgreementOfClient) })

export const Clients = ListingOf(Client)
export const Agreements = ListingOf(AgreementOfClient)

export const ClientFilters = ListQuery({
  search: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'Every word of it begins a word of the name' })
  ),
  status: Type.Optional(ClientStatus),
  connectionId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  externalId: Type.Optional(Type.String({ minLength: 1, maxLength: 200 }))
})

export const AgreementFilters = ListQuery({
  clientId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  status: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Letter case does not matter' }))
})
