import { contributionsOf } from '../connectors/connectwise/contributions.ts'
import type { ConnectWiseServer } from '../doubles/connectwise/index.ts'

/** Of a client that has its agreements alone. */
const bare = { address: null, emails: [], phones: [], websites: [] }

/**
 * Active clients and their agreements as GET /v1/clients and GET /v1/agreements answer them, by the double's oracle, as
 * the sync types that are installed leave them.
 */
export function expectedOf({ oracle }: Pick<ConnectWiseServer, 'oracle'>, syncTypes: readonly string[]) {
  const of = (syncType: string) =>
    syncTypes.includes(syncType) ? contributionsOf(oracle, syncType) : (new Map() as ReturnType<typeof contributionsOf>)
  const [customers, signed] = [of('active-customers'), of('active-agreements')]
  const clients = [...new Set([...customers.keys(), ...signed.keys()])].map(externalId => {
    const client = customers.get(externalId)?.client ?? { ...signed.get(externalId)!.client, ...bare }
    return { externalId, ...client, agreementCount: signed.get(externalId)?.agreements?.length ?? 0 }
  })
  const agreements = [...signed.values()].flatMap(({ client, agreements = [] }) =>
    agreements.map(agreement => ({ ...agreement, clientName: client.name }))
  )
  return { clients, agreements }
}
