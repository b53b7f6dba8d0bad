import type { FastifyInstance } from 'fastify'
import type { Connector } from '../../connector/contract.ts'
import { errors } from '../../errors.ts'
import { type Desk, livePage, page } from '../desk.ts'
import { head, type Page, type Viewer } from '../frame.ts'
import { type Html, html } from '../html.ts'
import { type IntegrationNow, lookAtIntegration } from '../integration-now.ts'
import { linkButton } from '../parts/button.ts'
import { mark } from '../parts/mark.ts'
import { table } from '../parts/table.ts'
import { name } from '../parts/words.ts'
import { path } from '../paths.ts'
import { syncTypeCard } from './sync-type-card.ts'

/** One integration: what it syncs, how that goes, and what can be done with it. */
export function integrationPage(scope: FastifyInstance, desk: Desk): void {
  const connectorOf = (params: unknown): Connector => {
    const found = desk.host.connectors.get((params as { connector: string }).connector)
    if (!found) throw new errors.HOST_ERR_NOT_FOUND('connector')
    return found
  }

  scope.get('/integrations/:connector', page('integrations:read'), async (request, reply) => {
    const now = await lookAtIntegration(desk, request.caller.tenant, connectorOf(request.params))
    return desk.show(request, reply, pageOf(desk, now, await desk.viewer(request)))
  })

  scope.get('/integrations/:connector/live', livePage('integrations:read'), async (request, reply) => {
    const { tenant } = request.caller
    const connector = connectorOf(request.params)
    const viewer = await desk.viewer(request)
    return desk.follow(request, reply, {
      key: `integration:${tenant}:${connector.name}`,
      everyMs: 1000,
      look: () => lookAtIntegration(desk, tenant, connector),
      parts: now => ({
        parts: now.described.syncTypes.map(type => ({
          id: `sync-${type.name}`,
          html: syncTypeCard(desk, now, type, viewer)
        })),
        ended: false
      })
    })
  })
}

function pageOf(desk: Desk, now: IntegrationNow, viewer: Viewer): Page {
  const { connector, described } = now
  return {
    title: connector.title,
    place: 'integrations',
    crumbs: [
      ['Integrations', path.integrations],
      [connector.title, null]
    ],
    live: now.installations.size > 0 ? `${path.integration(connector.name)}/live` : undefined,
    body: html`${head({ title: connector.title, sentence: connector.description, mark: mark(connector.name, 'large') })}
${accounts(now)}
<div class="split even">${described.syncTypes.map(type => syncTypeCard(desk, now, type, viewer))}</div>
${permissions(connector)}`
  }
}

function accounts({ accounts }: IntegrationNow): Html | null {
  if (accounts.size === 0) return null
  return html`<ul class="accounts">${[...accounts.values()].map(
    ({ id, name: called, where }) =>
      html`<li class="card account"><span><strong>${name(called)}</strong>${where !== null && html`<span class="quiet">, ${where}</span>`}</span>${linkButton('Connection', path.connection(id), { small: true })}</li>`
  )}</ul>`
}

function permissions({ vendorPermissions, permissionsIntro }: Connector): Html | null {
  if (vendorPermissions.length === 0) return null
  const { title = 'What the account needs', text, row = 'Right' } = permissionsIntro ?? {}
  return html`<section class="stack-s" aria-labelledby="permissions-title">
<h2 id="permissions-title">${title}</h2>
${text !== undefined && html`<p class="small quiet">${text}</p>`}
<div class="card">${table({
    caption: 'Rights, row by row',
    columns: [
      { title: row, cell: permission => permission.name },
      { title: 'Level', cell: permission => permission.level },
      { title: 'Why', cell: permission => permission.reason, quiet: true, wrap: true }
    ],
    rows: vendorPermissions
  })}</div>
</section>`
}
