import type { FastifyInstance } from 'fastify'
import { heldCode } from '../../webhooks/attention.ts'
import { type Desk, livePage, page } from '../desk.ts'
import { head, type Page, type Viewer } from '../frame.ts'
import { type Content, type Html, html } from '../html.ts'
import { type Need, whatNeedsYou } from '../needs.ts'
import { linkButton } from '../parts/button.ts'
import { card } from '../parts/card.ts'
import { empty } from '../parts/empty.ts'
import { state } from '../parts/state.ts'
import { time } from '../parts/time.ts'
import { listed, name } from '../parts/words.ts'
import { path } from '../paths.ts'
import { titleOf } from './installation-names.ts'

interface Look {
  readonly needs: readonly Need[]
  /** Names of accounts by connection. */
  readonly accounts: ReadonlyMap<string, string>
}

/** What stands still or waits until a person acts. */
export function attentionPage(scope: FastifyInstance, desk: Desk): void {
  scope.get('/attention', page('integrations:read'), async (request, reply) => {
    const found = await lookAtNeeds(desk, request.caller.tenant)
    return desk.show(request, reply, pageOf(desk, found, await desk.viewer(request)))
  })

  scope.get('/attention/live', livePage('integrations:read'), async (request, reply) => {
    const { tenant } = request.caller
    const viewer = await desk.viewer(request)
    return desk.follow(request, reply, {
      key: `attention:${tenant}`,
      everyMs: 1000,
      look: () => lookAtNeeds(desk, tenant),
      parts: found => ({ parts: [{ id: 'needs', html: needsPart(desk, found, viewer) }], ended: false })
    })
  })
}

async function lookAtNeeds({ host: { store } }: Desk, tenant: string): Promise<Look> {
  const needs = await whatNeedsYou(store, tenant)
  const accounts = new Map<string, string>()
  for (const { connectionId } of needs)
    if (!accounts.has(connectionId))
      accounts.set(connectionId, (await store.connections.get(tenant, connectionId))?.account.name ?? '')
  return { needs, accounts }
}

function pageOf(desk: Desk, found: Look, viewer: Viewer): Page {
  return {
    title: 'Needs you',
    place: 'attention',
    narrow: true,
    live: `${path.attention}/live`,
    body: html`${head({ title: 'Needs you', sentence: 'What stands still, or waits for an answer. Everything else goes on by itself.' })}
${needsPart(desk, found, viewer)}
<p class="small quiet">The same can be told to your platform as it begins and as it ends: <a href="${path.webhooks}">Webhooks</a>.</p>`
  }
}

function needsPart(desk: Desk, { needs, accounts }: Look, viewer: Viewer): Html {
  if (needs.length === 0)
    return html`<div class="stack" id="needs">${card({ body: empty({ scene: 'runs', title: 'Nothing needs you', text: 'Every sync goes on by itself. One that cannot is shown here.' }) })}</div>`
  return html`<div class="stack" id="needs">${needs.map(need => needCard(desk, need, accounts.get(need.connectionId) ?? '', viewer))}</div>`
}

/** What is wrong, by the codes of docs/errors.md that stop something until a person acts. */
const titles: Readonly<Record<string, string>> = {
  HOST_ERR_CREDENTIALS_REJECTED: 'The credentials are refused',
  HOST_ERR_PERMISSION_MISSING: 'A right is missing',
  HOST_ERR_SETTING_UNRESOLVED: 'A name in its settings leads nowhere',
  HOST_ERR_TARGET_REFUSED: 'Its address may not be called',
  [heldCode]: 'Something would be taken away'
}

function needCard(desk: Desk, need: Need, account: string, viewer: Viewer): Html {
  const { code, detail, since, connector, stopped } = need
  const vendor = desk.host.connectors.get(connector)?.title ?? connector
  const types = listed(stopped.map(({ syncType }) => titleOf(desk, { connector, syncType })))
  return card({
    body: html`<div class="stack-s">
<div class="between"><h2>${titles[code] ?? 'It needs somebody'}</h2>${code === heldCode ? state('warn', 'Waits for your approval') : state('bad', 'Stands still')}</div>
<p>${detail}</p>
<p class="small quiet">${vendor}${account !== '' && html`, ${name(account)}`}: ${types}. Since ${time(since, desk.now())}.</p>
</div>`,
    foot: html`<span></span><span class="actions">${wayOut(need, viewer)}</span>`
  })
}

/** To where it is put right; who may not do that is led to where it is seen. */
function wayOut({ code, connector, connectionId, stopped }: Need, viewer: Viewer): Content {
  const [{ installationId } = { installationId: '' }] = stopped
  const base = path.installation(installationId)
  const main = { kind: 'main', small: true } as const
  if (code === heldCode && viewer.mayReadClients) return linkButton('See what would go', `${base}/losses`, main)
  if (code === 'HOST_ERR_SETTING_UNRESOLVED' && viewer.mayUpdate)
    return linkButton('Change who counts', `${base}/settings`, main)
  if (code === heldCode || code === 'HOST_ERR_SETTING_UNRESOLVED')
    return linkButton('See it', path.integration(connector), { small: true })
  return linkButton(viewer.mayUpdate ? 'Put it right' : 'See it', path.connection(connectionId), main)
}
