import type { FastifyInstance, FastifyRequest } from 'fastify'
import { errors } from '../../errors.ts'
import { getConnection } from '../../integrations/connections/read.ts'
import { settingsOf } from '../../integrations/settings.ts'
import { validateStored } from '../../integrations/validate.ts'
import type { Connection } from '../../storage/port.ts'
import { type Desk, page } from '../desk.ts'
import { head, type Page, type Viewer } from '../frame.ts'
import { type Content, type Html, html } from '../html.ts'
import { beginReplacing } from '../install/drafts.ts'
import { lookAtInstallation, stateOf } from '../installation-now.ts'
import { linkButton, postButton } from '../parts/button.ts'
import { card, cardHead, facts } from '../parts/card.ts'
import { type CheckRow, checkList } from '../parts/check-row.ts'
import { labelOf, shownValue } from '../parts/labels.ts'
import { mark } from '../parts/mark.ts'
import { time } from '../parts/time.ts'
import { name, things } from '../parts/words.ts'
import { path } from '../paths.ts'
import { titleOf } from './installation-actions.ts'

type View = Awaited<ReturnType<typeof getConnection>>

/** A saved account: what is known of it, whether it works, and its credentials. */
export function connectionPages(scope: FastifyInstance, desk: Desk): void {
  const { host } = desk
  const idOf = (request: FastifyRequest) => (request.params as { id: string }).id

  scope.get('/connections/:id', page('integrations:read'), async (request, reply) => {
    const view = await getConnection(host, request.caller.tenant, idOf(request))
    return desk.show(request, reply, await pageOf(desk, request.caller.tenant, view, await desk.viewer(request), null))
  })

  // Reads at the vendor and changes nothing, so that a reload simply asks once more.
  scope.get('/connections/:id/check', page('integrations:update', { callsVendor: true }), async (request, reply) => {
    const { tenant } = request.caller
    const view = await getConnection(host, tenant, idOf(request))
    const checks = await checkNow(desk, tenant, view, request)
    return desk.show(request, reply, await pageOf(desk, tenant, view, await desk.viewer(request), checks))
  })

  scope.post('/connections/:id/credentials', page('integrations:update', { audit: false }), async (request, reply) => {
    const view = await getConnection(host, request.caller.tenant, idOf(request))
    const { draft } = await beginReplacing(desk, request.session!, view)
    return reply.redirect(path.install(draft.id), 303)
  })
}

async function checkNow(desk: Desk, tenant: string, view: View, request: FastifyRequest): Promise<CheckRow[]> {
  const { store, connectors } = desk.host
  const connection = (await store.connections.get(tenant, view.id)) as Connection | null
  const connector = connectors.get(view.connector)
  if (!connection || !connector) throw new errors.HOST_ERR_NOT_FOUND('connection')
  const [first] = view.installations
  const used = first === undefined ? null : await store.installations.get(tenant, first)
  const settings = used?.settings ?? settingsOf(connector, undefined)
  const { checks } = await validateStored(desk.host, connector, connection, settings, request.log)
  return checks.map(({ name, status, message, fix }) => ({
    id: `check-${name.replaceAll(/[^a-z0-9-]/gi, '-')}`,
    title: connector.checks?.find(check => check.name === name)?.title ?? message,
    status,
    message,
    fix
  }))
}

async function pageOf(
  desk: Desk,
  tenant: string,
  view: View,
  viewer: Viewer,
  checks: readonly CheckRow[] | null
): Promise<Page> {
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
    ['Last changed', time(view.updatedAt, desk.now())]
  ]),
  foot: html`<span class="small quiet">Keys are kept sealed and are never shown again.</span>${viewer.mayUpdate && postButton('Change credentials', { action: `${path.connection(view.id)}/credentials`, csrf: viewer.csrf })}`
})}
${whatWorks(desk, view, viewer, checks)}
${await usedBy(desk, tenant, view)}`
  }
}

function labelFor(connector: { credentials: { properties: object } } | undefined, key: string): string {
  const schemas = (connector?.credentials.properties ?? {}) as Record<string, { title?: string }>
  return schemas[key]?.title ?? labelOf(key)
}

function whatWorks(desk: Desk, { id }: View, viewer: Viewer, checks: readonly CheckRow[] | null): Html {
  const failed = checks?.filter(({ status }) => status === 'failed').length ?? 0
  const words = checks === null ? null : failed === 0 ? 'Everything works.' : `${things(failed)} to put right.`
  const check: Content =
    viewer.mayUpdate &&
    linkButton(checks === null ? 'Check now' : 'Check again', `${path.connection(id)}/check`, { small: true })
  return html`<section class="stack-s" aria-labelledby="works">
${cardHead(html`<span id="works">What works</span>`, checks && html`<span class="small quiet">asked ${time(desk.now().toISOString(), desk.now())}</span>`)}
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
  for (const id of installations) {
    const now = await lookAtInstallation(desk, tenant, id)
    if (now)
      rows.push(
        html`<li><a href="${path.integration(connector)}">${titleOf(desk, now.view)}</a>${stateOf(now, desk.now())}</li>`
      )
  }
  if (rows.length === 0) return null
  return html`<section class="stack-s" aria-labelledby="used"><h2 id="used">Used by</h2>${card({ body: html`<ul class="rows">${rows}</ul>` })}</section>`
}
