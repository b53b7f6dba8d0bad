import type { Static } from 'typebox'
import type { Phone } from '../entities/shapes/client.ts'
import type { ClientAgreement, ClientRecord, Store } from '../storage/port.ts'
import type { AgreementOfClient, Client } from './schemas.ts'
import { keptOf, undoneOf } from './waiting.ts'

/**
 * Presents clients for one answer. An active client is not written again while nothing changes, so when it was last
 * seen also follows from its installation's last complete pass; each installation is read once for all clients.
 */
export function clientPresenter(
  store: Pick<Store, 'installations'>
): (record: ClientRecord) => Promise<Static<typeof Client>> {
  const passes = new Map<string, Promise<string | null>>()
  const lastPassOf = (tenant: string, installationId: string): Promise<string | null> => {
    const known = passes.get(installationId)
    if (known) return known
    const found = store.installations
      .get(tenant, installationId)
      .then(installation => installation?.lastPass?.startedAt ?? null)
    passes.set(installationId, found)
    return found
  }

  return async record => {
    let lastSeenAt = ''
    for (const part of record.parts) {
      if (part.seenAt > lastSeenAt) lastSeenAt = part.seenAt
      const pass = part.status === 'active' ? await lastPassOf(record.tenant, part.installationId) : null
      if (pass && pass > lastSeenAt) lastSeenAt = pass
    }
    const { connector, connectionId, externalId, profile } = record
    return {
      id: record.id,
      name: profile.name,
      status: record.status,
      statusReason: record.statusReason,
      statusSince: record.statusSince,
      address: profile.address,
      emails: profile.emails,
      phones: profile.phones.map(withTyped),
      websites: profile.websites,
      sources: [{ connector, connectionId, externalId, lastSeenAt }],
      agreementCount: agreementsLeft(record),
      ...keptOf(record),
      undone: undoneOf(record),
      createdAt: record.createdAt,
      updatedAt: record.updatedAt
    }
  }
}

/** Without those that the vendor no longer has. */
export function agreementsLeft({ agreements }: Pick<ClientRecord, 'agreements'>): number {
  return agreements.filter(({ status }) => status !== 'gone').length
}

/** Rows that were stored before what was typed was kept do not have it. */
function withTyped({ value, typed, ...rest }: Phone): Phone {
  return { value, typed: typed ?? null, ...rest }
}

export function presentAgreement(agreement: ClientAgreement, client: ClientRecord): Static<typeof AgreementOfClient> {
  return { ...agreement, clientId: client.id, clientName: client.profile.name, clientStatus: client.status }
}
