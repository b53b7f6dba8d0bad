import type { FastifyInstance } from 'fastify'
import { errors } from '../../errors.ts'
import { type Desk, livePage, page } from '../desk.ts'
import { head, type Page, type Viewer } from '../frame.ts'
import { type Content, type Html, html } from '../html.ts'
import { type InstallationNow, lookAtInstallation } from '../installation-now.ts'
import type { LivePart } from '../live.ts'
import { type Arrival, arrivals } from '../parts/arrivals.ts'
import { button, hidden, linkButton } from '../parts/button.ts'
import { card, cardHead } from '../parts/card.ts'
import { figures } from '../parts/figures.ts'
import { mark } from '../parts/mark.ts'
import { notice } from '../parts/notice.ts'
import { progress } from '../parts/progress.ts'
import { state } from '../parts/state.ts'
import { steps } from '../parts/steps.ts'
import { time } from '../parts/time.ts'
import { count } from '../parts/words.ts'
import { path, withQuery } from '../paths.ts'
import { hasJustArrived } from './client-list.ts'
import { titleOf } from './installation-names.ts'

/** Shown of those that have come. */
const shown = 8

interface ArrivalNow {
  readonly now: InstallationNow
  readonly newest: readonly { readonly id: string; readonly name: string; readonly updatedAt: string }[]
  /** Another sync type that goes well with it and is not installed. */
  readonly other: { readonly name: string; readonly title: string } | null
}

/** Install, step 4: the first sync, as it comes in. */
export function arrivalPage(scope: FastifyInstance, desk: Desk): void {
  scope.get('/installations/:id/arrival', page('integrations:read'), async (request, reply) => {
    const { id } = request.params as { id: string }
    const viewer = await desk.viewer(request)
    const found = await lookAt(desk, request.caller.tenant, id, viewer.mayReadClients)
    return desk.show(request, reply, pageOf(desk, found, viewer))
  })

  scope.get('/installations/:id/arrival/live', livePage('integrations:read'), async (request, reply) => {
    const { tenant } = request.caller
    const { id } = request.params as { id: string }
    const viewer = await desk.viewer(request)
    await lookAt(desk, tenant, id, false)
    return desk.follow(request, reply, {
      key: `arrival:${tenant}:${id}:${viewer.mayReadClients}`,
      everyMs: 300,
      look: () => lookAt(desk, tenant, id, viewer.mayReadClients),
      parts: found => ({ parts: partsOf(desk, found, viewer), ended: isOver(found) })
    })
  })
}

async function lookAt(desk: Desk, tenant: string, id: string, withClients: boolean): Promise<ArrivalNow> {
  const { store, connectors } = desk.host
  const now = await lookAtInstallation(desk, tenant, id)
  if (!now) throw new errors.HOST_ERR_NOT_FOUND('installation')
  const { connectionId, connector, syncType } = now.view
  const query = { connectionId, status: 'active', order: '-changed' } as const
  const { items } = withClients
    ? await store.clients.list(tenant, query, { limit: shown, cursor: null })
    : { items: [] }
  const types = connectors.get(connector)?.syncTypes ?? []
  const installed = await store.installations.list(tenant, { connectionId }, { limit: 100, cursor: null })
  const taken = new Set(installed.items.filter(({ wanted }) => wanted !== 'uninstalled').map(one => one.syncType))
  const recommended = types.find(({ name }) => name === syncType)?.recommends ?? []
  const other = types.find(({ name }) => recommended.includes(name) && !taken.has(name)) ?? null
  return {
    now,
    newest: items.map(({ id, profile, updatedAt }) => ({ id, name: profile.name, updatedAt })),
    other: other && { name: other.name, title: other.title }
  }
}

/** The first sync has ended, well or not. */
const isOver = ({ now: { view } }: ArrivalNow) => view.lastRun !== null && view.currentRun === null

function pageOf(desk: Desk, found: ArrivalNow, viewer: Viewer): Page {
  const { view } = found.now
  const title = titleOf(desk, view)
  const parts = new Map(partsOf(desk, found, viewer).map(({ id, html }) => [id, html]))
  return {
    title: isOver(found) ? 'Installed' : 'Installed, data is on its way',
    place: 'integrations',
    narrow: true,
    crumbs: [
      ['Integrations', path.integrations],
      [desk.host.connectors.get(view.connector)?.title ?? view.connector, path.integration(view.connector)],
      [title, null]
    ],
    live: isOver(found) ? undefined : `${path.installation(view.id)}/arrival/live`,
    underWay: !isOver(found),
    body: html`${steps('Done')}
${parts.get('words')}
${parts.get('sync')}
${parts.get('other')}
${parts.get('came')}`
  }
}

function partsOf(desk: Desk, found: ArrivalNow, viewer: Viewer): LivePart[] {
  const { view } = found.now
  const title = isOver(found) ? 'Installed' : 'Installed, data is on its way'
  const sentence = `${titleOf(desk, view)} is switched on and runs by itself from now on.`
  return [
    {
      id: 'words',
      html: html`<div id="words">${head({ title, sentence, mark: mark(view.connector, 'large') })}</div>`
    },
    { id: 'sync', html: syncCard(desk, found, viewer) },
    { id: 'other', html: html`<div class="contents" id="other">${otherNotice(found, viewer)}</div>` },
    { id: 'came', html: viewer.mayReadClients ? cameSection(desk, found) : html`<div id="came"></div>` }
  ]
}

function syncCard(desk: Desk, found: ArrivalNow, viewer: Viewer): Html {
  const { view, syncing } = found.now
  const run = view.currentRun ?? view.lastRun
  const failed = isOver(found) && view.lastRun?.status !== 'succeeded'
  const title = !isOver(found)
    ? 'The first sync is under way'
    : failed
      ? 'The first sync did not end well'
      : 'Everything is here'
  const expected = run?.progress.expected ?? null
  const mayStay = failed
    ? 'It is tried again by itself. You need not stay.'
    : isOver(found)
      ? html`New and changed records follow by themselves.${view.nextRunAt && html` Next look ${time(view.nextRunAt, desk.now())}.`}`
      : 'You may leave this page: the sync goes on without it.'
  return card({
    id: 'sync',
    body: html`${cardHead(title, mood(found, failed))}
${failed && notice({ tone: 'bad', text: view.lastRun?.error?.detail ?? view.statusReason ?? 'See its receipt.' })}
${progress('The first sync', run?.progress.read ?? 0, expected, isOver(found) && !failed)}
${figures([
  { value: view.counts.active, words: 'clients here' },
  {
    value: run?.progress.read ?? 0,
    words: readWords(found, expected)
  },
  { value: run?.counts.setAside ?? 0, words: 'set aside' }
])}`,
    foot: html`<span class="small quiet">${mayStay}</span>${viewer.mayReadClients ? linkButton('Open Manage Clients', path.clients) : linkButton('See the receipt', run ? path.run(run.id) : path.runs)}`
  })

  /** Whoever comes back later sees what the newest look has read. */
  function readWords({ now: { view } }: ArrivalNow, expected: number | null): string {
    if (isOver(found)) return view.lastRun?.mode === 'full' ? 'read' : 'read by the last look'
    return expected === null ? 'read' : `read, of about ${count(expected)}`
  }

  function mood(_: ArrivalNow, failed: boolean): Content {
    if (!isOver(found)) return state('busy', syncing ? 'Syncing now' : 'About to begin')
    return failed ? state('bad', 'Did not end well') : state('good', 'Done')
  }
}

function otherNotice({ now: { view }, other }: ArrivalNow, viewer: Viewer): Content {
  if (!other || !viewer.mayUpdate) return null
  const fields = { _csrf: viewer.csrf, syncType: other.name, connection: view.connectionId }
  return notice({
    title: `Goes well with this: ${other.title}`,
    text: 'So that each client’s record is whole. It uses the same connection: nothing to type.',
    action: html`<form method="post" action="${`${path.integration(view.connector)}/install`}">${hidden(fields)}${button('Install it too')}</form>`
  })
}

function cameSection(desk: Desk, { newest, now: { view } }: ArrivalNow): Html {
  const items: Arrival[] = newest.map(client => ({
    name: client.name,
    href: path.client(client.id),
    aside: time(client.updatedAt, desk.now())
  }))
  const rest = view.counts.active - items.length
  const [first] = newest
  const title = !first
    ? 'Waiting for the first'
    : hasJustArrived(first.updatedAt, desk.now())
      ? 'Just arrived'
      : 'Newest'
  return html`<section class="stack-s" id="came" aria-labelledby="came-title">
<h2 id="came-title">${title}</h2>
<div class="card"><div class="card-body">${arrivals(items)}</div>${rest > 0 && html`<div class="card-foot"><a class="small" href="${withQuery(path.clients, { connection: view.connectionId })}">and ${count(rest)} more</a></div>`}</div>
</section>`
}
