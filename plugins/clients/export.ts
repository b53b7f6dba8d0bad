/** Clients as a file: read from the store page by page as it is sent, so that no more than a page is held. */
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { ClientQuery, ClientRecord, Store, TwoWayListing } from '../storage/port.ts'
import { BYTE_ORDER_MARK, csvLine } from './csv.ts'
import { agreementsLeft } from './present.ts'
import { clientQueryOf, type Filters } from './query.ts'

/** Clients read at once: a few milliseconds of work between two turns of other requests. */
const AT_ONCE = 200

type Cell = string | number | null
type Names = ReadonlyMap<string, string>

const columns: readonly (readonly [title: string, cell: (client: ClientRecord, accounts: Names) => Cell])[] = [
  ['Name', ({ profile }) => profile.name],
  ['Status', ({ status }) => status],
  ['Status reason', ({ statusReason }) => statusReason],
  ['Status since', ({ statusSince }) => statusSince],
  ['Address line 1', ({ profile }) => profile.address?.line1 ?? null],
  ['Address line 2', ({ profile }) => profile.address?.line2 ?? null],
  ['City', ({ profile }) => profile.address?.city ?? null],
  ['State', ({ profile }) => profile.address?.state ?? null],
  ['Postal code', ({ profile }) => profile.address?.postalCode ?? null],
  ['Country', ({ profile }) => profile.address?.country ?? null],
  ['E-mail', ({ profile }) => profile.emails[0]?.value ?? null],
  ['Other e-mails', ({ profile }) => listed(profile.emails.slice(1))],
  ['Phone', ({ profile }) => profile.phones[0]?.value ?? null],
  ['Extension', ({ profile }) => profile.phones[0]?.extension ?? null],
  ['Other phones', ({ profile }) => listed(profile.phones.slice(1))],
  ['Websites', ({ profile }) => profile.websites.join(', ')],
  ['Agreements', agreementsLeft],
  ['Integration', ({ connector }) => connector],
  ['Account', ({ connectionId }, accounts) => accounts.get(connectionId) ?? null],
  ['Vendor id', ({ externalId }) => externalId],
  ['Id', ({ id }) => id],
  ['Here since', ({ createdAt }) => createdAt],
  ['Changed', ({ updatedAt }) => updatedAt]
]

function listed(items: readonly { readonly value: string }[]): string {
  return items.map(({ value }) => value).join(', ')
}

/**
 * All that the filters leave, by id unless another order is asked for: an order that never moves, so that a client
 * which is there throughout stands in the file once, whatever changes meanwhile. Throws HOST_ERR_BAD_REQUEST as a list.
 * @param now see clientQueryOf
 */
export async function exportClients(
  store: Pick<Store, 'clients' | 'connections'>,
  tenant: string,
  filters: Filters,
  now: Date | null
): Promise<Readable> {
  const { search, changedSince } = filters
  const usual = search === undefined && changedSince === undefined ? { order: 'id' as const } : {}
  const query = clientQueryOf({ ...usual, ...filters }, now)
  // What cannot be answered is told before the file begins.
  const first = await store.clients.list(tenant, query, { limit: AT_ONCE, cursor: null })
  return Readable.from(lines(store, tenant, query, first), { objectMode: false })
}

async function* lines(
  { clients, connections }: Pick<Store, 'clients' | 'connections'>,
  tenant: string,
  query: ClientQuery,
  first: TwoWayListing<ClientRecord>
): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + csvLine(columns.map(([title]) => title))
  const accounts = new Map<string, string>()
  for (let page = first; page.items.length > 0; ) {
    for (const { connectionId } of page.items) {
      if (accounts.has(connectionId)) continue
      accounts.set(connectionId, (await connections.get(tenant, connectionId))?.account.name ?? '')
    }
    yield page.items.map(client => csvLine(columns.map(([, cell]) => cell(client, accounts)))).join('')
    if (page.nextCursor === null) return
    page = await clients.list(tenant, query, { limit: AT_ONCE, cursor: page.nextCursor })
  }
}

/** Sends it as a file that is named by its day. */
export function sendCsv(reply: FastifyReply, file: Readable, name: string, now: Date): FastifyReply {
  return reply
    .header('content-disposition', `attachment; filename="${name}-${now.toISOString().slice(0, 10)}.csv"`)
    .type('text/csv; charset=utf-8')
    .send(file)
}
