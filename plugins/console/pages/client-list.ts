/** The list of Manage Clients: a table that is sorted by links, and below it how much of it there is. */
import type { listClients } from '../../clients/read.ts'
import type { ClientStatus } from '../../entities/shapes/client.ts'
import type { Desk } from '../desk.ts'
import { type Content, type Html, html } from '../html.ts'
import { linkButton } from '../parts/button.ts'
import { empty } from '../parts/empty.ts'
import { pager } from '../parts/pager.ts'
import { state } from '../parts/state.ts'
import { type Column, table } from '../parts/table.ts'
import { exactly, time } from '../parts/time.ts'
import { count, listed, name, plural } from '../parts/words.ts'
import { path, withQuery } from '../paths.ts'

export const aPage = 50

export type ClientsFound = Awaited<ReturnType<typeof listClients>>
type ClientNow = ClientsFound['items'][number]

/** A connection, by what it is called among the others. */
export interface Source {
  readonly id: string
  readonly name: string
}

export interface ClientsView {
  readonly search: string
  readonly status: ClientStatus | null
  readonly connection: string | null
  /** null: by name. */
  readonly order: '-name' | 'changed' | '-changed' | null
  readonly cursor: string | null
  readonly before: string | null
  /** How many stand before the page, or before where it ends (`before`), as the link has counted; NaN: it did not say. */
  readonly passed: number
}

/** What the operation is asked for. */
export function filtersOf({ search, status, connection, order }: ClientsView) {
  return {
    ...(search !== '' && { search }),
    ...(status !== null && { status }),
    ...(connection !== null && { connectionId: connection }),
    ...(order !== null && { order })
  }
}

/** Another view begins at its first page. */
export function hrefOf(view: ClientsView, change: Partial<Omit<ClientsView, 'passed'>>, passed?: number): string {
  const { search, status, connection, order, cursor, before } = { ...view, cursor: null, before: null, ...change }
  const counted = passed !== undefined && passed >= 0 ? String(passed) : null
  return withQuery(path.clients, { search, status, connection, order, cursor, before, passed: counted })
}

export function clientList(desk: Desk, found: ClientsFound, view: ClientsView, sources: readonly Source[]): Content {
  if (found.items.length === 0) return nobody(view, sources.length > 0)
  const before = passedBefore(found, view)
  const { previousCursor, nextCursor, items } = found
  return html`${table({ caption: 'Clients', columns: columns(desk, view, sources), rows: items, names: true })}
${pager({
  words: shownOf(found, before),
  first: previousCursor === null ? null : hrefOf(view, {}),
  previous: previousCursor && hrefOf(view, { before: previousCursor }, before),
  next: nextCursor && hrefOf(view, { cursor: nextCursor }, before + items.length)
})}`
}

/**
 * Clients that stand before the page: told by both ends of the list, in between counted from page to page. A link back
 * has counted up to where the page ends, as nobody knows before how many go into it.
 */
function passedBefore({ items, previousCursor, nextCursor, total }: ClientsFound, view: ClientsView): number {
  if (previousCursor === null) return 0
  if (nextCursor === null && total?.exact) return total.count - items.length
  return view.before === null ? view.passed : view.passed - items.length
}

/** `51–100 of 2,431` */
function shownOf({ items, nextCursor, previousCursor, total }: ClientsFound, before: number): string {
  const rest = total === null ? (nextCursor === null ? '' : ', and more') : ` of ${total.exact ? '' : 'more than '}`
  const all = total === null ? '' : count(total.count)
  const whole = previousCursor === null && nextCursor === null
  // A list that changes under who walks through it may be counted wrong; then the page says what it has.
  const fits = before >= 0 && (!total?.exact || before + items.length <= total.count)
  if (whole || !fits || (total === null && before === 0))
    return plural(items.length, 'client') + (whole ? '' : rest + all)
  return `${count(before + 1)}–${count(before + items.length)}${rest}${all}`
}

function nobody(view: ClientsView, hasSources: boolean): Html {
  if (view.search !== '')
    return empty({
      scene: 'nobody',
      title: 'Nobody found',
      text: html`No client has a word that begins with “${name(view.search)}”. If one should be here, ask why it is not.`,
      actions: html`${linkButton('Show all clients', path.clients)}${linkButton('Why is it not here?', withQuery(path.why, { name: view.search }))}`
    })
  if (view.status !== null || view.connection !== null || view.cursor !== null || view.before !== null)
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
    actions: !hasSources && linkButton('Install an integration', path.integrations, { kind: 'main' })
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

/** For so long it is said of a client that it has come. */
const ARRIVED_MS = 30 * 60_000

export function hasJustArrived(at: string, now: Date): boolean {
  return now.getTime() - Date.parse(at) < ARRIVED_MS
}

function columns({ now }: Desk, view: ClientsView, sources: readonly Source[]): Column<ClientNow>[] {
  const from = new Map(sources.map(source => [source.id, source.name]))
  const arrived = (client: ClientNow) => hasJustArrived(client.createdAt, now())
  return [
    {
      title: 'Name',
      cell: client => html`<a href="${path.client(client.id)}">${name(client.name)}</a>`,
      sort: sortOf(view, null, '-name')
    },
    { title: 'Status', cell: ({ status }) => clientState(status) },
    ...(from.size > 1 ? [sourceColumn(from)] : []),
    ...(from.size > 1 ? [] : whereAndHow),
    {
      title: 'Agreements',
      cell: ({ agreementCount }) =>
        html`<span class="${agreementCount === 0 ? 'faint' : ''}">${count(agreementCount)}</span>`,
      end: true,
      phone: 'label'
    },
    {
      title: 'Changed',
      cell: client =>
        arrived(client)
          ? html`<span class="pill accent" title="${exactly(client.createdAt)}">Just arrived</span>`
          : time(client.updatedAt, now()),
      quiet: true,
      phone: client => (arrived(client) ? undefined : 'drop'),
      // The newest first, which is what somebody looks for there.
      ...(view.search === '' && { sort: sortOf(view, '-changed', 'changed') })
    }
  ]
}

/** Beside names of accounts, which are long, there is no room for them; the client's own page has both. */
const whereAndHow: readonly Column<ClientNow>[] = [
  {
    title: 'Place',
    cell: ({ address }) => name(listed([address?.city, address?.state]) ?? ''),
    quiet: true,
    cut: true,
    roomy: true,
    phone: 'drop'
  },
  { title: 'Contact', cell: contactOf, quiet: true, cut: true, phone: 'drop' }
]

function sourceColumn(from: ReadonlyMap<string, string>): Column<ClientNow> {
  const cell = ({ sources }: ClientNow) => name(sources.map(({ connectionId }) => from.get(connectionId) ?? '').join())
  // Two accounts often differ in their last letters alone.
  return { title: 'Source', cell, quiet: true, wrap: true, phone: 'label' }
}

/** A link to the order a column begins with, or from that to its opposite. */
function sortOf(view: ClientsView, first: ClientsView['order'], then: ClientsView['order']): Column<ClientNow>['sort'] {
  const now = view.order === first || view.order === then ? view.order : undefined
  return {
    href: view.search === '' ? hrefOf(view, { order: now === first ? then : first }) : null,
    now: now === undefined ? null : (now ?? '').startsWith('-') ? 'descending' : 'ascending'
  }
}

function contactOf({ emails, phones }: ClientNow): Content {
  const value = emails[0]?.value ?? phones[0]?.value
  return value === undefined ? '' : html`<span title="${value}">${name(value)}</span>`
}
