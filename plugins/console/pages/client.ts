import type { FastifyInstance } from 'fastify'
import { clientHistory, getClient } from '../../clients/read.ts'
import { type Desk, page, queryText } from '../desk.ts'
import { head, type Page } from '../frame.ts'
import { type Content, type Html, html } from '../html.ts'
import { amount } from '../parts/amount.ts'
import { linkButton } from '../parts/button.ts'
import { card, facts } from '../parts/card.ts'
import { notice } from '../parts/notice.ts'
import { table } from '../parts/table.ts'
import { exactly, time } from '../parts/time.ts'
import { listed, name } from '../parts/words.ts'
import { path, withQuery } from '../paths.ts'
import { historyTable } from './client-history.ts'
import { clientState } from './client-list.ts'

const changesShown = 20

type Client = Awaited<ReturnType<typeof getClient>>

/** One client with all that is known of it. */
export function clientPage(scope: FastifyInstance, desk: Desk): void {
  scope.get('/clients/:id', page('clients:read'), async (request, reply) => {
    const { tenant, permissions } = request.caller
    const { id } = request.params as { id: string }
    const { store } = desk.host
    const client = await getClient(store, tenant, id)
    const cursor = queryText(request, 'history') || null
    const history = await clientHistory(store, tenant, id, { limit: changesShown, cursor })
    const mayAsk = permissions.includes('integrations:read')
    const names = new Map(client.agreements.map(one => [one.externalId, one.contractName ?? one.vendorName]))
    const past = historyTable(history, names, {
      ...{ clientId: id, now: desk.now() },
      ...{ mayOpen: mayAsk, later: cursor !== null }
    })
    return desk.show(request, reply, pageOf(desk, client, past, mayAsk))
  })
}

function pageOf(desk: Desk, client: Client, past: Html, mayAsk: boolean): Page {
  const now = desk.now()
  const since = html`${clientState(client.status)} <span class="small quiet">since ${time(client.statusSince, now)}${client.statusReason !== null && `: ${client.statusReason}`}</span>`
  const [source] = client.sources
  const why =
    source &&
    mayAsk &&
    linkButton('Why is it here?', withQuery(path.why, { id: source.externalId, connection: source.connectionId }))
  return {
    title: client.name,
    place: 'clients',
    crumbs: [
      ['Manage Clients', path.clients],
      [client.name, null]
    ],
    body: html`${head({ title: name(client.name), sentence: since, aside: why })}
${undoneHere(client)}
${section('reach', 'Reach them', card({ body: reach(client) }))}
${section('agreements', 'Agreements', agreements(client))}
${section('history', 'History', past)}
<p class="small quiet">Here since ${time(client.createdAt, now)}, last changed ${time(client.updatedAt, now)}${source && html`, last seen ${time(source.lastSeenAt, now)} at ${desk.host.connectors.get(source.connector)?.title ?? source.connector}`}.</p>`
  }
}

/** What was undone is not what the other product shows. */
function undoneHere({ undone }: Client): Content {
  if (undone.length === 0) return null
  const by = name(listed([...new Set(undone.map(one => one.by))])!)
  return notice({
    title: 'Shown as before a run',
    text: html`${by} has undone what a run had changed. It stays so until the other product sends something else.`
  })
}

function section(id: string, title: string, body: Html): Html {
  return html`<section class="stack-s" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${body}</section>`
}

function reach({ address, emails, phones, websites }: Client): Html {
  const lines = address
    ? [address.line1, address.line2, listed([address.city, address.state, address.postalCode]), address.country].filter(
        line => line !== null
      )
    : []
  // "Email" beside an e-mail address says nothing.
  const says = (label: string | null): label is string => label !== null && !/^(?:e-?mail|phone)$/i.test(label)
  const labelled = (value: Content, label: string | null) =>
    html`<span>${value}${says(label) && html` <span class="faint small">${name(label)}</span>`}</span>`
  const several = (items: readonly Content[]) => html`<span class="lines">${items}</span>`
  const rows = [
    lines.length > 0 && (['Address', several(lines.map(line => html`<span>${name(line!)}</span>`))] as const),
    emails.length > 0 && (['E-mail', several(emails.map(({ value, label }) => labelled(name(value), label)))] as const),
    phones.length > 0 &&
      ([
        'Phone',
        several(
          phones.map(({ value, extension, label }) =>
            labelled(html`${name(value)}${extension !== null && ` ext. ${extension}`}`, label)
          )
        )
      ] as const),
    websites.length > 0 && (['Website', several(websites.map(site => html`<span>${name(site)}</span>`))] as const)
  ].filter(row => row !== false)
  return rows.length > 0 ? facts(rows) : html`<p class="quiet">Nothing is known but the name.</p>`
}

function agreements({ agreements }: Client): Html {
  if (agreements.length === 0) return card({ body: html`<p class="quiet">None.</p>` })
  return html`<div class="card">${table({
    caption: 'Agreements of this client',
    names: true,
    columns: [
      { title: 'Agreement', cell: one => name(one.contractName ?? 'Without a name') },
      {
        title: 'Vendor',
        cell: one =>
          name(one.vendors.length > 1 ? `${one.vendorName} and ${one.vendors.length - 1} more` : one.vendorName),
        quiet: true,
        wrap: true
      },
      {
        title: 'Overall cost',
        cell: one =>
          one.overallCost === null
            ? html`<span class="faint">Not known</span>`
            : amount(one.overallCost, one.currency === null ? null : name(one.currency)),
        end: true
      },
      {
        title: 'Billed',
        cell: one => name(one.billedOnce ? 'once' : (one.billingCycle?.toLowerCase() ?? '')),
        quiet: true,
        phone: 'label'
      },
      {
        title: 'Status',
        cell: one => html`<span title="${exactly(one.updatedAt)}">${capitalized(one.status)}</span>`,
        quiet: true
      }
    ],
    rows: agreements
  })}</div>`
}

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
