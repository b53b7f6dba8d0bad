import type { FastifyInstance } from 'fastify'
import { isDay, listRuns } from '../../runs/list.ts'
import type { RunKind } from '../../storage/port.ts'
import { type Desk, page, queryText } from '../desk.ts'
import { head, type Page } from '../frame.ts'
import { type Content, type Html, html } from '../html.ts'
import { linkButton } from '../parts/button.ts'
import { empty } from '../parts/empty.ts'
import { type IconName, icon } from '../parts/icon.ts'
import { pager } from '../parts/pager.ts'
import { segments } from '../parts/segments.ts'
import { dayName, time } from '../parts/time.ts'
import { count, name, plural } from '../parts/words.ts'
import { path, withQuery } from '../paths.ts'
import { isCalm, modeOf, type Run, summaryOf } from '../run-words.ts'
import { installationNames } from './installation-names.ts'

const aPage = 100

interface View {
  readonly only: RunKind | null
  readonly installation: string | null
  readonly day: string | null
  readonly cursor: string | null
  readonly before: string | null
}

interface RunsFound extends Awaited<ReturnType<typeof listRuns>> {
  /** What each that the list can be narrowed to is called, by id. */
  readonly installations: ReadonlyMap<string, string>
}

/** Each time a sync has looked, and what it did. */
export function runsPage(scope: FastifyInstance, desk: Desk): void {
  scope.get('/runs', page('integrations:read'), async (request, reply) => {
    const { store } = desk.host
    const { tenant } = request.caller
    const [only, day] = [queryText(request, 'only'), queryText(request, 'day')]
    const before = queryText(request, 'before') || null
    const view: View = {
      only: only === 'changes' || only === 'problems' ? only : null,
      installation: queryText(request, 'installation') || null,
      day: isDay(day) ? day : null,
      cursor: before === null ? queryText(request, 'cursor') || null : null,
      before
    }
    const asked = {
      ...(view.only !== null && { kind: view.only }),
      ...(view.installation !== null && { installationId: view.installation }),
      ...(view.day !== null && { day: view.day })
    }
    const found = await listRuns(store, tenant, asked, { limit: aPage, cursor: view.cursor, before })
    const installations = await installationNames(desk, tenant)
    return desk.show(request, reply, pageOf(desk, { ...found, installations }, view))
  })
}

/** Another view begins at its first page. */
const hrefOf = (view: View, change: Partial<View>) => {
  const { only, installation, day, cursor, before } = { ...view, cursor: null, before: null, ...change }
  return withQuery(path.runs, { only, installation, day, cursor, before })
}

function pageOf(desk: Desk, found: RunsFound, view: View): Page {
  const days = Math.round(desk.host.config.runsKeepMs / 86_400_000)
  const kept = days > 0 ? `Kept for ${plural(days, 'day')}.` : 'Kept for some hours.'
  return {
    title: 'Runs',
    place: 'runs',
    body: html`${head({ title: 'Runs', sentence: `Each time a sync looked at the other product, and what it did. ${kept}` })}
<div class="stack">
<div class="toolbar">${segments('Runs shown', [
      { label: 'All', href: hrefOf(view, { only: null }), current: view.only === null },
      { label: 'With changes', href: hrefOf(view, { only: 'changes' }), current: view.only === 'changes' },
      { label: 'With problems', href: hrefOf(view, { only: 'problems' }), current: view.only === 'problems' }
    ])}${found.installations.size > 1 && filter(found, view)}${
      view.day !== null && linkButton('Show every day', hrefOf(view, { day: null }), { small: true })
    }</div>
<div class="card">${list(desk, found, view)}${footOf(found, view)}</div>
</div>`
  }
}

/** One installation of several. */
function filter({ installations }: RunsFound, view: View): Html {
  return segments('Sync types', [
    { label: 'Every sync', href: hrefOf(view, { installation: null }), current: view.installation === null },
    ...[...installations].map(([id, label]) => ({
      label,
      href: hrefOf(view, { installation: id }),
      current: view.installation === id
    }))
  ])
}

function list(desk: Desk, found: RunsFound, view: View): Content {
  if (found.items.length === 0) {
    const { only, installation, day, cursor, before } = view
    const isWhole = [only, installation, day, cursor, before].every(part => part === null)
    return isWhole || found.installations.size === 0
      ? empty({ scene: 'runs', title: 'No runs yet', text: 'Runs begin with the first installation.' })
      : empty({ scene: 'runs', title: 'None of these', text: 'No run that is kept is like this.' })
  }
  const now = desk.now()
  const rows: Content[] = []
  let day = ''
  for (const group of grouped(found.items)) {
    const [first] = group as [Run, ...Run[]]
    const date = first.startedAt.slice(0, 10)
    if (date !== day) rows.push(html`<h2 class="day">${dayLink(date, dayName(first.startedAt, now), view)}</h2>`)
    day = date
    rows.push(
      looksOf(group) > 1 && isCalm(first)
        ? calmRow(group, now)
        : runRow(first, found.installations.get(first.installationId) ?? '', now)
    )
  }
  return html`<div class="runs">${rows}</div>`
}

/** Runs of a day that found nothing, one behind the other, are one line. */
function grouped(runs: readonly Run[]): Run[][] {
  const groups: Run[][] = []
  for (const run of runs) {
    const last = groups.at(-1)
    const [first] = last ?? []
    const joins = first && isCalm(first) && isCalm(run) && first.startedAt.slice(0, 10) === run.startedAt.slice(0, 10)
    if (joins) last!.push(run)
    else groups.push([run])
  }
  return groups
}

const marks: Readonly<Record<Run['status'], readonly [string, IconName | null]>> = {
  succeeded: ['', 'check'],
  running: ['busy', null],
  failed: ['bad', 'cross'],
  interrupted: ['off', 'dash'],
  postponed: ['off', 'clock']
}

function runRow(run: Run, title: string, now: Date): Html {
  const [kind, drawing] = marks[run.status]
  const tone = run.status === 'succeeded' && run.counts.setAside + run.counts.held > 0 ? 'warn' : kind
  return html`<div class="${`run ${tone}`}">
<span class="run-mark">${drawing ? icon(drawing, 'small') : html`<span class="spin" aria-hidden="true"></span>`}</span>
<div><a href="${path.run(run.id)}">${modeOf(run)}</a> <span class="small quiet">${name(title)}</span><p>${summaryOf(run)}</p></div>
<span class="run-when">${time(run.endedAt ?? run.startedAt, now)}</span>
</div>`
}

const looksOf = (group: readonly Run[]) => group.reduce((sum, { runs }) => sum + runs, 0)

function calmRow(group: readonly Run[], now: Date): Html {
  const latest = group.map(({ endedAt, startedAt }) => endedAt ?? startedAt).reduce((a, b) => (a > b ? a : b))
  return html`<div class="run calm"><span class="run-mark">${icon('check', 'small')}</span><span>Looked ${count(looksOf(group))} times, nothing had changed</span><span class="run-when">${time(latest, now)}</span></div>`
}

/** A day's name leads to that day alone. */
function dayLink(day: string, words: string, view: View): Content {
  if (view.day !== null) return words
  return html`<a href="${hrefOf(view, { day })}">${words}</a>`
}

function footOf({ previousCursor, nextCursor }: RunsFound, view: View): Content {
  if (previousCursor === null && nextCursor === null) return null
  return pager({
    words: '',
    first: previousCursor === null ? null : hrefOf(view, {}),
    previous: previousCursor && hrefOf(view, { before: previousCursor }),
    next: nextCursor && hrefOf(view, { cursor: nextCursor })
  })
}
