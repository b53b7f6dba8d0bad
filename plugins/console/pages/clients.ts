import type { FastifyInstance } from 'fastify'
import { exportClients, sendCsv } from '../../clients/export.ts'
import { listClients } from '../../clients/read.ts'
import { type Desk, page, queryText } from '../desk.ts'
import { head, type Page } from '../frame.ts'
import { html } from '../html.ts'
import { linkButton } from '../parts/button.ts'
import { search } from '../parts/search.ts'
import { segments } from '../parts/segments.ts'
import { path, withQuery } from '../paths.ts'
import {
  aPage,
  type ClientsFound,
  type ClientsView,
  clientList,
  filtersOf,
  hrefOf,
  type Source,
  statusWords
} from './client-list.ts'
import { sourceLabels } from './sources.ts'

/** Manage Clients: everyone whom the integrations have brought. */
export function clientsPage(scope: FastifyInstance, desk: Desk): void {
  const { store } = desk.host

  scope.get('/clients', page('clients:read'), async (request, reply) => {
    const { tenant } = request.caller
    const view = viewOf(request)
    const { cursor, before } = view
    const asked = { filters: filtersOf(view), page: { limit: aPage, cursor, before }, withTotal: true, now: null }
    const found = await listClients(store, tenant, asked)
    const { items } = await store.connections.list(tenant, { limit: 50, cursor: null })
    const sources = [...sourceLabels(desk, items)].map(([id, name]) => ({ id, name }))
    return desk.show(request, reply, pageOf(desk, found, view, sources))
  })

  scope.get('/clients.csv', { ...page('clients:read'), exposeHeadRoute: false }, async (request, reply) => {
    const file = await exportClients(store, request.caller.tenant, filtersOf(viewOf(request)), null)
    return sendCsv(reply, file, 'clients', desk.now())
  })
}

function viewOf(request: Parameters<typeof queryText>[0]): ClientsView {
  const [status, order] = [queryText(request, 'status'), queryText(request, 'order')]
  const text = queryText(request, 'search').slice(0, 200).trim()
  const before = queryText(request, 'before') || null
  return {
    search: text,
    status: status === 'active' || status === 'inactive' || status === 'gone' ? status : null,
    connection: queryText(request, 'connection') || null,
    // What is searched for is listed by name.
    order: text === '' && (order === '-name' || order === 'changed' || order === '-changed') ? order : null,
    cursor: before === null ? queryText(request, 'cursor') || null : null,
    before,
    passed: Number(/^\d{1,9}$/.exec(queryText(request, 'passed'))?.[0] ?? Number.NaN)
  }
}

function pageOf(desk: Desk, found: ClientsFound, view: ClientsView, sources: readonly Source[]): Page {
  const { search: value, status, connection, order } = view
  const keep = { ...(status !== null && { status }), ...(connection !== null && { connection }) }
  const csv = withQuery(`${path.clients}.csv`, { search: value, status, connection, order })
  return {
    title: 'Manage Clients',
    place: 'clients',
    body: html`${head({
      title: 'Manage Clients',
      sentence:
        'Everyone whom your integrations have brought. Changes are made where the client is kept, and follow here.',
      aside: html`<div class="actions">${linkButton('Vendors', path.vendors)}<span id="export">${found.items.length > 0 && linkButton('Export CSV', csv, { download: true })}</span></div>`
    })}
<div class="stack">
<div class="toolbar">${search({ action: path.clients, label: 'Search by name', value, keep, follows: 'list views export' })}
<div class="toolbar" id="views">${segments(
      'Status',
      ([null, 'active', 'inactive', 'gone'] as const).map(of => ({
        label: of === null ? 'All' : statusWords[of][1],
        href: hrefOf(view, { status: of }),
        current: status === of
      }))
    )}
${sources.length > 1 && segments('Source', [{ label: 'Every source', href: hrefOf(view, { connection: null }), current: connection === null }, ...sources.map(({ id, name }) => ({ label: name, href: hrefOf(view, { connection: id }), current: connection === id }))])}</div></div>
<div class="card" id="list">${clientList(desk, found, view, sources)}</div>
</div>`
  }
}
