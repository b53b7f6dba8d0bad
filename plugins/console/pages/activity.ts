import type { FastifyInstance } from 'fastify'
import { listActivity } from '../../activity/read.ts'
import { type Desk, page, queryText } from '../desk.ts'
import { head, type Page } from '../frame.ts'
import { attributes, type Content, type Html, html } from '../html.ts'
import { button, linkButton } from '../parts/button.ts'
import { empty } from '../parts/empty.ts'
import { type IconName, icon } from '../parts/icon.ts'
import { pager } from '../parts/pager.ts'
import { pill } from '../parts/state.ts'
import { dayName, time } from '../parts/time.ts'
import { name } from '../parts/words.ts'
import { path, withQuery } from '../paths.ts'
import { installationNames, titleOf } from './installation-names.ts'

const aPage = 50

type Found = Awaited<ReturnType<typeof listActivity>>
type Entry = Found['items'][number]

interface View {
  readonly actor: string
  readonly action: string
  readonly cursor: string
}

/** What each action is called: what was done, and what it was done to. */
const actions: Readonly<Record<string, readonly [string, IconName]>> = {
  'integration.validate': ['tried to connect', 'plug'],
  'integration.preview': ['looked at what would come', 'search'],
  'integration.install': ['installed', 'plug'],
  'installation.stop': ['stopped', 'dash'],
  'installation.start': ['started', 'arrow'],
  'installation.sync': ['asked for a sync of', 'clock'],
  'installation.compare': ['asked to compare everything of', 'clock'],
  'installation.change': ['changed the settings of', 'lines'],
  'installation.approve': ['let go what waited of', 'check'],
  'installation.reject': ['kept what waited of', 'check'],
  'installation.uninstall': ['uninstalled', 'cross'],
  'installation.reinstall': ['reinstalled', 'plug'],
  'installation.erase': ['erased', 'cross'],
  'connection.change': ['changed the credentials of', 'plug'],
  'connection.check': ['checked the account of', 'plug'],
  'connection.erase': ['removed the credentials of', 'cross'],
  'run.undo': ['undid a run', 'undo'],
  'client.erase': ['erased a client', 'cross'],
  'webhook.create': ['added a webhook', 'arrow'],
  'webhook.test': ['tried a webhook', 'arrow'],
  'webhook.erase': ['removed a webhook', 'cross'],
  'session.begin': ['signed in', 'door'],
  'session.end': ['signed out', 'door'],
  'link.create': ['made a link to sign in for', 'people'],
  // What the host does by itself.
  'connection.refused': ['was refused by the account of', 'cross'],
  'connection.accepted': ['got through again to the account of', 'check'],
  'connection.sweep': ['removed the unused credentials of', 'cross'],
  'installation.hold': ['held back losses of', 'clock'],
  'installation.hold-over': ['has nothing to hold back any more of', 'check'],
  'installation.approved': ['carried out an approval of', 'check'],
  'installation.rejected': ['carried out a rejection of', 'check'],
  'installation.decision-void': ['could not carry out a decision about', 'dash'],
  'installation.erased': ['finished erasing', 'cross'],
  'key.rotate': ['put credentials under a new key', 'door']
}

/** Who did what. */
export function activityPage(scope: FastifyInstance, desk: Desk): void {
  scope.get('/activity', page('audit:read'), async (request, reply) => {
    const { tenant } = request.caller
    const actor = queryText(request, 'actor').slice(0, 256)
    // The list takes one of them.
    const action = actor === '' ? queryText(request, 'action').slice(0, 100) : ''
    const view: View = { actor, action, cursor: queryText(request, 'cursor') }
    const filter = { ...(actor !== '' && { actor }), ...(action !== '' && { action }) }
    const found = await listActivity(desk.host.store, tenant, filter, { limit: aPage, cursor: view.cursor || null })
    const objects = await objectsOf(desk, tenant, found.items)
    return desk.show(request, reply, pageOf(desk, found, view, objects))
  })
}

/** What the entries are about, by id, as long as it is there. */
async function objectsOf(desk: Desk, tenant: string, entries: readonly Entry[]): Promise<ReadonlyMap<string, string>> {
  const { store } = desk.host
  const objects = new Map<string, string>(await installationNames(desk, tenant))
  for (const { target: named, details } of entries) {
    // An install over pages names its account beside what it has done.
    const target =
      named ?? (typeof details.connectionId === 'string' ? { kind: 'connection', id: details.connectionId } : null)
    if (!target || objects.has(target.id)) continue
    if (target.kind === 'installation') {
      const found = await store.installations.get(tenant, target.id)
      if (found) objects.set(target.id, titleOf(desk, found))
    } else if (target.kind === 'connection') {
      const found = await store.connections.get(tenant, target.id)
      if (found) objects.set(target.id, found.account.name)
    }
  }
  return objects
}

const hrefOf = (view: Partial<View>) => withQuery(path.activity, { ...view })

function pageOf(desk: Desk, found: Found, view: View, objects: ReadonlyMap<string, string>): Page {
  return {
    title: 'Activity',
    place: 'activity',
    body: html`${head({ title: 'Activity', sentence: 'Who did what here, and what was refused. Nothing in it can be changed.' })}
<div class="stack">
${filter(view)}
<div class="card">${list(desk, found, view, objects)}${foot(found, view)}</div>
</div>`
  }
}

function filter({ actor, action }: View): Html {
  const options = Object.entries(actions).map(([value, [words]]) => {
    return html`<option ${attributes({ value, selected: value === action })}>${words}</option>`
  })
  return html`<form class="toolbar" method="get" action="${path.activity}">
<select class="input narrow" name="action" aria-label="What was done"><option value="">Everything</option>${options}</select>
${button('Show', { small: true })}
${actor !== '' && html`<span class="small quiet">Only ${name(actor)}</span>`}
${(actor !== '' || action !== '') && linkButton('Show everything', path.activity, { small: true, kind: 'plain' })}
</form>`
}

function list(desk: Desk, { items }: Found, view: View, objects: ReadonlyMap<string, string>): Content {
  if (items.length === 0)
    return view.actor === '' && view.action === ''
      ? empty({ scene: 'runs', title: 'Nothing yet', text: 'What people do here is written down here.' })
      : empty({ scene: 'nobody', title: 'Nothing of this kind', text: 'Nobody has done such a thing.' })
  const now = desk.now()
  let day = ''
  return html`<div class="runs">${items.map(entry => {
    const date = entry.at.slice(0, 10)
    const heading = date !== day && html`<h2 class="day">${dayName(entry.at, now)}</h2>`
    day = date
    return html`${heading}${row(desk, entry, objects, now)}`
  })}</div>`
}

function row(desk: Desk, entry: Entry, objects: ReadonlyMap<string, string>, now: Date): Html {
  const [words, drawing] = actions[entry.action] ?? [entry.action, 'lines']
  const who =
    entry.actor === null
      ? 'The host'
      : html`<a class="actor" href="${hrefOf({ actor: entry.actor })}">${name(entry.actor)}</a>`
  const object = objectOf(desk, entry, objects)
  const ended = entry.outcome !== 'done' && pill(entry.outcome, entry.outcome === 'refused' ? 'warn' : 'bad')
  return html`<div class="run entry off">
<span class="run-mark">${icon(drawing, 'small')}</span>
<div>${who} ${words}${object !== '' && html` <strong>${object}</strong>`} ${ended}</div>
<span class="run-when">${time(entry.at, now)}</span>
</div>`
}

function objectOf({ host }: Desk, { target, details, action }: Entry, objects: ReadonlyMap<string, string>): Content {
  if (action === 'link.create') return name(String(details.sub ?? ''))
  const found = target && objects.get(target.id)
  if (found) return name(found)
  const connector = host.connectors.get(String(details.connector ?? ''))
  const type = connector?.syncTypes.find(({ name }) => name === details.syncTypes)
  const account = objects.get(String(details.connectionId ?? ''))
  if (type) return html`${type.title}${account !== undefined && html`, ${name(account)}`}`
  return target ? 'what is not there any more' : ''
}

function foot({ nextCursor }: Found, view: View): Content {
  if (nextCursor === null && view.cursor === '') return null
  return pager({
    words: '',
    first: view.cursor === '' ? null : hrefOf({ actor: view.actor, action: view.action }),
    next: nextCursor === null ? null : hrefOf({ ...view, cursor: nextCursor })
  })
}
