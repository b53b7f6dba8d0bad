import type { FastifyInstance } from 'fastify'
import { listVendors } from '../../clients/vendors.ts'
import { type Desk, page } from '../desk.ts'
import { head, type Page } from '../frame.ts'
import { type Content, type Html, html } from '../html.ts'
import { amount } from '../parts/amount.ts'
import { linkButton } from '../parts/button.ts'
import { card, cardHead } from '../parts/card.ts'
import { empty } from '../parts/empty.ts'
import { notice } from '../parts/notice.ts'
import { ranking } from '../parts/ranking.ts'
import { table } from '../parts/table.ts'
import { count, name, plural } from '../parts/words.ts'
import { path } from '../paths.ts'

type Found = Awaited<ReturnType<typeof listVendors>>
type Vendor = Found['items'][number]
type Cost = Vendor['costs'][number]

/** Rows of the table, and bars of one chart. */
const mostRows = 100
const mostBars = 8
/** Currencies and cycles are the vendor's words: charts of a page, and sums of one vendor. */
const mostCharts = 12
const mostSums = 12

/** What clients have signed, by vendor. */
export function vendorsPage(scope: FastifyInstance, desk: Desk): void {
  scope.get('/vendors', page('clients:read'), async (request, reply) => {
    const inForce = { status: 'active', clientStatus: 'active' } as const
    return desk.show(request, reply, pageOf(await listVendors(desk.host.store, request.caller.tenant, inForce)))
  })
}

function pageOf(found: Found): Page {
  return {
    title: 'Vendors',
    place: 'clients',
    crumbs: [
      ['Manage Clients', path.clients],
      ['Vendors', null]
    ],
    body: html`${head({ title: 'Vendors', sentence: 'What your active clients have signed and is in force, by vendor: what it costs them in each billing cycle.' })}
${found.partial && notice({ tone: 'warn', title: `These are the sums of ${count(found.agreements)} agreements`, text: 'There are more than are summed up for one page.' })}
${found.more && notice({ title: `Charts are of the ${count(found.items.length)} vendors with the most agreements`, text: `There are ${plural(found.vendors, 'vendor')}: one that is left out may cost more than one that is shown.` })}
${found.items.length === 0 ? nothing() : html`${charts(found.items)}${all(found)}`}`
  }
}

function nothing(): Html {
  return html`<div class="card">${empty({
    scene: 'clients',
    title: 'No agreements in force',
    text: 'They come with a sync type that brings agreements.',
    actions: linkButton('To Integrations', path.integrations)
  })}</div>`
}

interface Chart {
  readonly title: string
  readonly bars: { readonly vendor: Vendor; readonly cost: Cost }[]
}

/** Sums can be compared within one currency and cycle: a chart for each, the one of the most agreements first. */
function charts(vendors: readonly Vendor[]): Html {
  const byUnit = new Map<string, Chart>()
  for (const vendor of vendors) {
    for (const cost of vendor.costs) {
      const title = unitOf(cost)
      const chart = byUnit.get(title) ?? { title, bars: [] }
      byUnit.set(title, chart)
      chart.bars.push({ vendor, cost })
    }
  }
  const agreements = ({ bars }: Chart) => bars.reduce((sum, { cost }) => sum + cost.agreements, 0)
  const sorted = [...byUnit.values()].sort((a, b) => agreements(b) - agreements(a))
  const rest = sorted.length - mostCharts
  // Of a vendor with very many sums not all are told.
  const atLeast = vendors.some(({ moreCosts }) => moreCosts > 0) ? 'at least ' : ''
  const below = new Set(vendors.slice(0, mostRows))
  return html`<div class="split">${sorted.slice(0, mostCharts).map(chart => drawn(chart, agreements(chart), below))}</div>
${rest > 0 && html`<p class="small quiet">Agreements are billed in ${atLeast}${plural(rest, 'currency or cycle', 'currencies and cycles')} more.</p>`}`
}

/** @param below vendors that the table shows */
function drawn({ title, bars }: Chart, agreements: number, below: ReadonlySet<Vendor>): Html {
  // For the length of a bar alone: what is said of it stays a decimal.
  const length = ({ cost }: Chart['bars'][number]) => Number(cost.overallCost)
  const sorted = bars.toSorted((a, b) => length(b) - length(a))
  const longest = Math.max(length(sorted[0]!), 0) || 1
  const shown = sorted.slice(0, mostBars).map(bar => ({
    name: name(bar.vendor.vendorName),
    share: length(bar) / longest,
    value: amount(bar.cost.overallCost)
  }))
  const rest = sorted.slice(mostBars)
  const where = rest.every(({ vendor }) => below.has(vendor)) ? ', below' : ''
  return card({
    body: html`${cardHead(title, html`<span class="small quiet">${plural(agreements, 'agreement')}</span>`)}${ranking(shown)}
${rest.length > 0 && html`<p class="small quiet">and ${plural(rest.length, 'vendor')} more${where}</p>`}`
  })
}

/** `USD, monthly` */
function unitOf({ currency, billingCycle, billedOnce }: Cost): string {
  const cycle = billedOnce ? 'once' : (billingCycle?.toLowerCase() ?? 'cycle not known')
  return `${currency ?? 'Currency not known'}, ${cycle}`
}

function all({ items, vendors }: Found): Html {
  const rows = items.slice(0, mostRows)
  return html`<section class="stack-s" aria-labelledby="all"><h2 id="all">${
    rows.length === vendors
      ? plural(vendors, 'vendor')
      : `The ${mostRows} vendors with the most agreements, of ${count(vendors)}`
  }</h2>
<div class="card">${table({
    caption: 'Vendors',
    names: true,
    columns: [
      { title: 'Vendor', cell: vendor => name(vendor.vendorName) },
      { title: 'Agreements', cell: ({ agreements }) => count(agreements), end: true, phone: 'label' },
      { title: 'Clients', cell: ({ clients }) => count(clients), end: true, phone: 'label' },
      { title: 'Overall cost', cell: costs, end: true }
    ],
    rows
  })}</div></section>`
}

function costs({ costs, moreCosts, withoutCost }: Vendor): Content {
  const lines: Content[] = costs.slice(0, mostSums).map(cost => amount(cost.overallCost, name(unitOf(cost))))
  const rest = Math.max(0, costs.length - mostSums) + moreCosts
  if (rest > 0) lines.push(html`<span class="faint small">and ${plural(rest, 'sum')} more</span>`)
  if (withoutCost > 0)
    lines.push(html`<span class="faint small">of ${plural(withoutCost, 'agreement')} not known</span>`)
  return html`<span class="lines">${lines}</span>`
}
