import type { FastifyInstance, FastifyRequest } from 'fastify'
import { checkConnection } from '../../integrations/connections/check.ts'
import { getConnection } from '../../integrations/connections/read.ts'
import { type Desk, page } from '../desk.ts'
import { head, type Page, type Viewer } from '../frame.ts'
import { type Content, type Html, html } from '../html.ts'
import { beginReplacing } from '../install/drafts.ts'
import { lookAtInstallation, stateOf } from '../installation-now.ts'
import { postButton } from '../parts/button.ts'
import { card, cardHead, facts } from '../parts/card.ts'
import { type CheckRow, checkList } from '../parts/check-row.ts'
import { labelOf, shownValue } from '../parts/labels.ts'
import { mark } from '../parts/mark.ts'
import { time } from '../parts/time.ts'
import { name, things } from '../parts/words.ts'
import { path } from '../paths.ts'
import { titleOf } from './installation-names.ts'

type View = Awaited<ReturnType<typeof getConnection>>

/** A saved account: what is known of it, whether it works, and its credentials. */
export function connectionPages(scope: FastifyInstance, desk: Desk): void {
  const { host } = desk
  const idOf = (request: FastifyRequest) => (request.params as { id: string }).id

  scope.get('/connections/:id', page('integrations:read'), async (request, reply) => {
    const view = await getConnection(host, request.caller.tenant, idOf(request))
    return desk.show(request, reply, await pageOf(desk, request.caller.tenant, view, await desk.viewer(request)))
  })

  scope.post('/connections/:id/check', page('integrations:update', { callsVendor: true }), async (request, reply) => {
    await checkConnection(host, request.caller.tenant, idOf(request), request.log)
    return reply.redirect(path.connection(idOf(request)), 303)
  })

  scope.post('/connections/:id/credentials', page('integrations:update', { audit: false }), async (request, reply) => {
    const view = await getConnection(host, request.caller.tenant, idOf(request))
    const { draft } = await beginReplacing(desk, request.session!, view)
    return reply.redirect(path.install(draft.id), 303)
  })
}

function lastChecks({ host }: Desk, { connector: name, lastValidation }: View): CheckRow[] | null {
  const connector = host.connectors.get(name)
  if (!lastValidation) return null
  return lastValidation.checks.map(({ name, status, message, fix }) => ({
    id: `check-${name.replaceAll(/[^a-z0-9-]/gi, '-')}`,
    title: connector?.checks?.find(check => check.name === name)?.title ?? message,
    status,
    message,
    fix
  }))
}

async function pageOf(desk: Desk, tenant: string, view: View, viewer: Viewer): Promise<Page> {
  const connector = desk.host.connectors.get(view.connector)
  const title = connector?.title ?? view.connector
  return {
    title: `Connection: ${view.account.name}`,
    place: 'integrations',
    narrow: true,
    crumbs: [
      ['Integrations', path.integrations],
      [title, path.integration(view.connector)],
      ['Connection', null]
    ],
    body: html`${head({ title: name(view.account.name), sentence: `The account at ${title} that data comes from.`, mark: mark(view.connector, 'large') })}
${card({
  body: facts([
    ...Object.entries(view.display)
      .filter(([, value]) => value !== '')
      .map(([key, value]) => [labelFor(connector, key), shownValue(value)] as const),
    ['Connected', time(view.createdAt, desk.now())],
    view.workedAt !== null && ['Last answered', time(view.workedAt, desk.now())]
  ]),
  foot: html`<span class="small quiet">Keys are kept sealed and are never shown again.</span>${viewer.mayUpdate && postButton('Change credentials', { action: `${path.connection(view.id)}/credentials`, csrf: viewer.csrf })}`
})}
${whatWorks(desk, view, viewer)}
${await usedBy(desk, tenant, view)}`
  }
}

function labelFor(connector: { credentials: { properties: object } } | undefined, key: string): string {
  const schemas = (connector?.credentials.properties ?? {}) as Record<string, { title?: string }>
  return schemas[key]?.title ?? labelOf(key)
}

function whatWorks(desk: Desk, view: View, viewer: Viewer): Html {
  const { id, lastValidation } = view
  const checks = lastChecks(desk, view)
  const failed = checks?.filter(({ status }) => status === 'failed').length ?? 0
  const words = checks === null ? null : failed === 0 ? 'Everything works.' : `${things(failed)} to put right.`
  const check: Content =
    viewer.mayUpdate &&
    postButton(checks === null ? 'Check now' : 'Check again', {
      action: `${path.connection(id)}/check`,
      csrf: viewer.csrf
    })
  return html`<section class="stack-s" aria-labelledby="works">
${cardHead(html`<span id="works">What works</span>`, lastValidation && html`<span class="small quiet">asked ${time(lastValidation.at, desk.now())}</span>`)}
${card({
  body:
    checks === null
      ? html`<p class="quiet">Whether the account can be read, right by right. It is asked when you choose Check now.</p>`
      : html`<p role="status">${words}</p>${checkList(checks)}`,
  foot: html`<span class="small quiet">It takes a few seconds.</span>${check}`
})}
</section>`
}

async function usedBy(desk: Desk, tenant: string, { installations, connector }: View): Promise<Content> {
  const rows = []
  for (const { id } of installations) {
    const now = await lookAtInstallation(desk, tenant, id)
    if (now)
      rows.push(
        html`<li><a href="${path.integration(connector)}">${titleOf(desk, now.view)}</a>${stateOf(now, desk.now())}</li>`
      )
  }
  if (rows.length === 0) return null
  return html`<section class="stack-s" aria-labelledby="used"><h2 id="used">Used by</h2>${card({ body: html`<ul class="rows">${rows}</ul>` })}</section>`
}
