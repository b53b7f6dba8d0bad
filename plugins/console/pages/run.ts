import type { FastifyInstance } from 'fastify'
import { getReceipt, listRejects } from '../../runs/read.ts'
import type { Installation, Listing, StoredReject } from '../../storage/port.ts'
import { type Desk, page, queryText } from '../desk.ts'
import { head, type Page } from '../frame.ts'
import { type Content, type Html, html } from '../html.ts'
import { card } from '../parts/card.ts'
import { figures } from '../parts/figures.ts'
import { pager } from '../parts/pager.ts'
import { exactly, time } from '../parts/time.ts'
import { count, name, plural } from '../parts/words.ts'
import { path, withQuery } from '../paths.ts'
import { modeOf, type Run } from '../run-words.ts'
import { installationNames, titleOf } from './installation-names.ts'
import { outcome } from './run-outcome.ts'
import { undoButton, undoneNotice } from './run-undo.ts'

const rejectsShown = 20

/** The receipt of a run. */
export function runPage(scope: FastifyInstance, desk: Desk): void {
  scope.get('/runs/:id', page('integrations:read'), async (request, reply) => {
    const { tenant } = request.caller
    const { id } = request.params as { id: string }
    const { store } = desk.host
    const run = await getReceipt(store, tenant, id)
    const installation = await store.installations.get(tenant, run.installationId)
    const cursor = queryText(request, 'rejects') || null
    // What was set aside is the vendor's record of a client.
    const mayRead = request.caller.permissions.includes('clients:read')
    const rejects =
      mayRead && run.counts.setAside > 0 ? await listRejects(store, tenant, id, { limit: rejectsShown, cursor }) : null
    const undo = undoButton(run, await desk.viewer(request), mayRead)
    const of =
      (await installationNames(desk, tenant)).get(run.installationId) ??
      (installation ? titleOf(desk, installation) : '')
    return desk.show(
      request,
      reply,
      pageOf(desk, run, installation, { of, rejects, later: cursor !== null, undo, mayRead })
    )
  })
}

interface Shown {
  /** What ran, in words. */
  readonly of: string
  readonly rejects: Listing<StoredReject> | null
  /** Not the first page of them. */
  readonly later: boolean
  readonly undo: Content
  readonly mayRead: boolean
}

function pageOf(
  desk: Desk,
  run: Run,
  installation: Installation | null,
  { of, rejects, later, undo, mayRead }: Shown
): Page {
  const when = html`${name(of)}, ${run.endedAt === null ? 'begun ' : ''}${time(run.endedAt ?? run.startedAt, desk.now())}`
  return {
    title: modeOf(run),
    place: 'runs',
    narrow: true,
    underWay: run.status === 'running',
    crumbs: [
      ['Runs', path.runs],
      [`${modeOf(run)}, ${exactly(run.startedAt)}`, null]
    ],
    body: html`${head({ title: modeOf(run), sentence: when, aside: undo })}
${undoneNotice(run, desk.now())}
${outcome(run, installation, mayRead)}
${card({ body: html`${totals(run)}<p class="small quiet">${reading(run)}</p>` })}
${leftOut(desk, run, installation)}
${addsUp(run, rule => ruleTitle(desk, installation, rule))}
${rejects && setAside(run, rejects, later)}`
  }
}

function totals({ counts }: Run): Html {
  return figures(
    [
      { value: counts.created, words: 'new' },
      { value: counts.updated, words: 'changed' },
      { value: counts.unchanged, words: 'unchanged' },
      { value: counts.inactivated, words: 'no longer active' },
      { value: counts.gone, words: 'gone' },
      { value: counts.setAside, words: 'set aside' }
    ],
    'six'
  )
}

function reading({ counts, source }: Run): string {
  const read = `${plural(counts.read, 'record')} read in ${plural(source.requests, 'request')}`
  const leftOut = counts.leftOut > 0 ? `, ${count(counts.leftOut)} left out by the rules` : ''
  const throttled = source.throttled > 0 ? ` The other product asked to wait ${plural(source.throttled, 'time')}.` : ''
  return `${read}${leftOut}.${throttled}`
}

const rows = (items: readonly (readonly [Content, number])[]) =>
  html`<ul class="rows small">${items.map(([words, value]) => html`<li><span>${words}</span><span class="number">${count(value)}</span></li>`)}</ul>`

function leftOut(desk: Desk, { leftOutBy }: Run, installation: Installation | null): Content {
  const entries = Object.entries(leftOutBy).filter(([, value]) => value > 0)
  if (entries.length === 0) return null
  const titled = entries.map(([rule, value]) => [ruleTitle(desk, installation, rule), value] as const)
  return section('left-out', 'Left out, and why', card({ body: rows(titled) }))
}

function ruleTitle({ host }: Desk, installation: Installation | null, rule: string): string {
  const types = host.connectors.get(installation?.connector ?? '')?.syncTypes ?? []
  const rules = types.find(({ name }) => name === installation?.syncType)?.rules ?? []
  return rules.find(({ name }) => name === rule)?.title ?? rule
}

function addsUp({ reconciliation }: Run, titleOfRule: (rule: string) => string): Content {
  if (!reconciliation) return null
  const worded = (reason: string, rule: string | null) => (rule === null ? reason : `Left out: ${titleOfRule(rule)}`)
  const { source, store, differences } = reconciliation
  return section(
    'adds-up',
    'Does it add up?',
    card({
      body: rows([
        ['The other product counts', source],
        ...differences.map(({ reason, rule, count: value }) => [worded(reason, rule), value] as const),
        [html`<strong>Here</strong>`, store]
      ])
    })
  )
}

function setAside(run: Run, { items, nextCursor }: Listing<StoredReject>, later: boolean): Html {
  const here = path.run(run.id)
  return section(
    'set-aside',
    'Set aside',
    html`<div class="card"><ul class="rejects">${items.map(reject)}</ul>${(nextCursor !== null || later) && pager({ words: `${count(run.counts.setAside)} in all`, first: later ? `${here}#set-aside` : null, next: nextCursor === null ? null : `${withQuery(here, { rejects: nextCursor })}#set-aside` })}</div>`
  )
}

function reject({ externalId, key, reason, payload }: StoredReject): Html {
  const named = html`<strong>${externalId ?? key}</strong> <span class="quiet">${reason}</span>`
  if (payload === null) return html`<li>${named}</li>`
  return html`<li><details><summary>${named}</summary><pre class="payload" tabindex="0" role="region" aria-label="What was sent">${indented(payload)}</pre></details></li>`
}

/** As JSON is read by people, if it is whole. */
function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

function section(id: string, title: string, body: Html): Html {
  return html`<section class="stack-s" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${body}</section>`
}
