import type { FastifyInstance } from 'fastify'
import { listCards } from '../../integrations/cards/cards.ts'
import { type Desk, livePage, page, queryText } from '../desk.ts'
import { head, type Page } from '../frame.ts'
import { type Content, type Html, html } from '../html.ts'
import { type InstallationNow, lookAtInstallation, stateOf } from '../installation-now.ts'
import { levelMark } from '../parts/card.ts'
import { empty } from '../parts/empty.ts'
import { icon } from '../parts/icon.ts'
import { mark } from '../parts/mark.ts'
import { search } from '../parts/search.ts'
import { state } from '../parts/state.ts'
import { name } from '../parts/words.ts'
import { path } from '../paths.ts'

/** From so many connectors on there is a search. */
const many = 8

type Card = Awaited<ReturnType<typeof listCards>>[number]

interface Look {
  readonly cards: readonly Card[]
  readonly installations: ReadonlyMap<string, InstallationNow>
  /** Names of accounts by connection, where a connector has several. */
  readonly accounts: ReadonlyMap<string, string>
}

/** Where clients come from: a card for each connector. */
export function integrationsPage(scope: FastifyInstance, desk: Desk): void {
  const look = (tenant: string) => lookAtCards(desk, tenant)

  scope.get('/integrations', page('integrations:read'), async (request, reply) => {
    const found = await look(request.caller.tenant)
    return desk.show(request, reply, pageOf(desk, found, queryText(request, 'search')))
  })

  scope.get('/integrations/live', livePage('integrations:read'), (request, reply) => {
    const { tenant } = request.caller
    return desk.follow(request, reply, {
      key: `cards:${tenant}`,
      everyMs: 1000,
      look: () => look(tenant),
      parts: found => ({
        parts: found.cards.map(card => ({ id: `card-${card.connector}`, html: tile(desk, card, found) })),
        ended: false
      })
    })
  })
}

async function lookAtCards(desk: Desk, tenant: string): Promise<Look> {
  const { store, connectors } = desk.host
  const cards = await listCards(store, tenant, connectors.values())
  const installations = new Map<string, InstallationNow>()
  const accounts = new Map<string, string>()
  for (const { syncTypes } of cards) {
    const own = syncTypes.flatMap(({ installations }) => installations.filter(({ status }) => status !== 'uninstalled'))
    const connections = new Set(own.map(({ connectionId }) => connectionId))
    for (const { id } of own) {
      const now = await lookAtInstallation(desk, tenant, id)
      if (now) installations.set(id, now)
    }
    if (connections.size < 2) continue
    for (const id of connections) accounts.set(id, (await store.connections.get(tenant, id))?.account.name ?? id)
  }
  return { cards, installations, accounts }
}

function pageOf(desk: Desk, found: Look, sought: string): Page {
  const wanted = sought.trim().toLowerCase()
  const shown = inOrder(found).filter(({ title }) => title.toLowerCase().includes(wanted))
  return {
    title: 'Integrations',
    place: 'integrations',
    live: wanted === '' && found.cards.length > 0 ? '/console/integrations/live' : undefined,
    body: html`${head({ title: 'Integrations', sentence: 'Where your clients come from. Data flows one way: nothing is ever changed in the other product.' })}
${found.cards.length >= many && search({ action: path.integrations, label: 'Search integrations', value: sought, follows: 'cards' })}
${list(desk, shown, found)}`
  }
}

function list(desk: Desk, shown: readonly Card[], found: Look): Html {
  if (found.cards.length === 0)
    return html`<div class="card">${empty({ scene: 'plug', title: 'No integrations here', text: html`The operator adds connectors with <code>CONNECTORS</code>.` })}</div>`
  if (shown.length === 0)
    return html`<div class="card" id="cards">${empty({ scene: 'nobody', title: 'No integration is called so', text: 'Try a part of its name.' })}</div>`
  return html`<ul class="cards" id="cards">${shown.map(card => html`<li>${tile(desk, card, found)}</li>`)}</ul>`
}

/** Those that need somebody come first. */
function inOrder({ cards, installations }: Look): readonly Card[] {
  const waits = (card: Card) =>
    card.syncTypes.some(type => type.installations.some(({ id }) => installations.get(id)?.waitsForSomebody))
  return [...cards].sort((a, b) => Number(waits(b)) - Number(waits(a)))
}

function tile({ now }: Desk, card: Card, found: Look): Html {
  return html`<div class="card tile" id="${`card-${card.connector}`}">
<div class="card-body">
<div class="tile-head">${mark(card.connector)}<h2><a class="tile-link" id="${`open-${card.connector}`}" href="${path.integration(card.connector)}">${card.title}</a></h2><span class="tile-go" aria-hidden="true">View ${icon('arrow', 'small')}</span></div>
<p class="quiet">${card.description}</p>
${card.level !== null && html`<p>${levelMark(card.level)}</p>`}
</div>
<div class="card-foot"><ul class="rows small">${card.syncTypes.flatMap(type => rows(type, found, now()))}</ul></div>
</div>`
}

function rows(type: Card['syncTypes'][number], { installations, accounts }: Look, now: Date): Content[] {
  const own = type.installations.flatMap(({ id }) => installations.get(id) ?? [])
  if (own.length === 0) return [html`<li><span>${type.title}</span>${state('off', 'Not installed')}</li>`]
  return own.map(installation => {
    const account = accounts.get(installation.view.connectionId)
    return html`<li><span>${type.title}${account !== undefined && html`<span class="faint">, ${name(account)}</span>`}</span>${stateOf(installation, now)}
${installation.waitsForSomebody && installation.view.statusReason !== null && html`<span class="reason quiet">${installation.view.statusReason}</span>`}</li>`
  })
}
