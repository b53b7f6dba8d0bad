import type { FastifyInstance } from 'fastify'
import { listClients } from '../../clients/read.ts'
import type { ClientStatus } from '../../entities/shapes/client.ts'
import { type Desk, page, queryText } from '../desk.ts'
import { head, type Page } from '../frame.ts'
import { type Content, type Html, html } from '../html.ts'
import { linkButton } from '../parts/button.ts'
import { empty } from '../parts/empty.ts'
import { pager } from '../parts/pager.ts'
import { search } from '../parts/search.ts'
import { segments } from '../parts/segments.ts'
import { state } from '../parts/state.ts'
import { type Column, table } from '../parts/table.ts'
import { time } from '../parts/time.ts'
import { count, listed, name, plural } from '../parts/words.ts'
import { path, withQuery } from '../paths.ts'
import { sourceLabels } from './sources.ts'

const aPage = 50

export type ClientNow = Awaited<ReturnType<typeof listClients>>['items'][number]

interface View {
  readonly search: string
  readonly status: ClientStatus | null
  readonly connection: string | null
  readonly cursor: string | null
}

interface Source {
  readonly id: string
  readonly name: string
}

/** Manage Clients: everyone whom the integrations have brought. */
export function clientsPage(scope: FastifyInstance, desk: Desk): void {
  scope.get('/clients', page('clients:read'), async (request, reply) => {
    const { tenant } = request.caller
    const status = queryText(request, 'status')
    const view: View = {
      search: queryText(request, 'search').slice(0, 200).trim(),
      status: status === 'active' || status === 'inactive' || status === 'gone' ? status : null,
      connection: queryText(request, 'connection') || null,
      cursor: queryText(request, 'cursor') || null
    }
    const query = {
      ...(view.search !== '' && { search: view.search }),
      ...(view.status !== null && { status: view.status }),
      ...(view.connection !== null && { connectionId: view.connection })
    }
    const found = await listClients(desk.host.store, tenant, query, { limit: aPage, cursor: view.cursor }, desk.now())
    const { items } = await desk.host.store.connections.list(tenant, { limit: 50, cursor: null })
    const sources = [...sourceLabels(desk, items)].map(([id, name]) => ({ id, name }))
    return desk.show(request, reply, pageOf(desk, found, view, sources))
  })
}

const hrefOf = (view: View, change: Partial<View>) => {
  const { search, status, connection, cursor } = { ...view, cursor: null, ...change }
  return withQuery(path.clients, { search, status, connection, cursor })
}

type Found = Awaited<ReturnType<typeof listClients>>

function pageOf(desk: Desk, found: Found, view: View, sources: readonly Source[]): Page {
  const keep = {
    ...(view.status !== null && { status: view.status }),
    ...(view.connection !== null && { connection: view.connection })
  }
  return {
    title: 'Manage Clients',
    place: 'clients',
    body: html`${head({ title: 'Manage Clients', sentence: 'Everyone whom your integrations have brought. Changes are made where the client is kept, and follow here.' })}
<div class="stack">
<div class="toolbar">${search({ action: path.clients, label: 'Search by name', value: view.search, keep, follows: 'list' })}
${segments(
  'Status',
  ([null, 'active', 'inactive', 'gone'] as const).map(status => ({
    label: status === null ? 'All' : statusWords[status][1],
    href: hrefOf(view, { status }),
    current: view.status === status
  }))
)}
${sources.length > 1 && segments('Source', [{ label: 'Every source', href: hrefOf(view, { connection: null }), current: view.connection === null }, ...sources.map(({ id, name }) => ({ label: name, href: hrefOf(view, { connection: id }), current: view.connection === id }))])}</div>
<div class="card" id="list">${list(desk, found, view, sources)}</div>
</div>`
  }
}

function list(desk: Desk, { items, nextCursor }: Found, view: View, sources: readonly Source[]): Content {
  if (items.length === 0) return nobody(view, sources)
  return html`${table({ caption: 'Clients', columns: columns(desk, sources), rows: items, names: true })}
${pager({
  words: `${plural(items.length, 'client')}${nextCursor === null ? '' : ', and more'}`,
  first: view.cursor === null ? null : hrefOf(view, {}),
  next: nextCursor === null ? null : hrefOf(view, { cursor: nextCursor })
})}`
}

function nobody(view: View, sources: readonly Source[]): Html {
  if (view.search !== '')
    return empty({
      scene: 'nobody',
      title: 'Nobody found',
      text: html`No client has a word that begins with “${name(view.search)}”. If one should be here, ask why it is not.`,
      actions: html`${linkButton('Show all clients', path.clients)}${linkButton('Why is it not here?', withQuery(path.why, { name: view.search }))}`
    })
  if (view.status !== null || view.connection !== null || view.cursor !== null)
    return empty({
      scene: 'nobody',
      title: 'Nobody here',
      text: 'No client is like this now.',
      actions: linkButton('Show all clients', path.clients)
    })
  return empty({
    scene: 'clients',
    title: 'No clients yet',
    text: 'They come from your integrations, by themselves.',
    actions: sources.length === 0 && linkButton('Install an integration', path.integrations, { kind: 'main' })
  })
}

export const statusWords = {
  active: ['good', 'Active'],
  inactive: ['off', 'Inactive'],
  gone: ['bad', 'Gone']
} as const

export function clientState(status: ClientStatus): Html {
  const [tone, words] = statusWords[status]
  return state(tone, words)
}

function columns({ now }: Desk, sources: readonly Source[]): Column<ClientNow>[] {
  const from = new Map(sources.map(source => [source.id, source.name]))
  return [
    { title: 'Name', cell: client => html`<a href="${path.client(client.id)}">${name(client.name)}</a>` },
    { title: 'Status', cell: ({ status }) => clientState(status) },
    ...(from.size > 1 ? [sourceColumn(from)] : []),
    {
      title: 'Place',
      cell: ({ address }) => name(listed([address?.city, address?.state]) ?? ''),
      quiet: true,
      cut: true,
      phone: 'drop'
    },
    { title: 'Contact', cell: contactOf, quiet: true, cut: true, phone: 'drop' },
    {
      title: 'Agreements',
      cell: ({ agreementCount }) =>
        html`<span class="${agreementCount === 0 ? 'faint' : ''}">${count(agreementCount)}</span>`,
      end: true,
      phone: 'label'
    },
    { title: 'Changed', cell: ({ updatedAt }) => time(updatedAt, now()), quiet: true, phone: 'drop' }
  ]
}

function sourceColumn(from: ReadonlyMap<string, string>): Column<ClientNow> {
  const cell = ({ sources }: ClientNow) => name(sources.map(({ connectionId }) => from.get(connectionId) ?? '').join())
  return { title: 'Source', cell, quiet: true, cut: true, phone: 'label' }
}

function contactOf({ emails, phones }: ClientNow): Content {
  const value = emails[0]?.value ?? phones[0]?.value
  return value === undefined ? '' : html`<span title="${value}">${name(value)}</span>`
}
