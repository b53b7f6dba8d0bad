/** What runs have changed of a client, for its page. */
import type { clientHistory } from '../../clients/read.ts'
import { type Content, type Html, html } from '../html.ts'
import { pager } from '../parts/pager.ts'
import { table } from '../parts/table.ts'
import { time } from '../parts/time.ts'
import { count, listed, name } from '../parts/words.ts'
import { path, withQuery } from '../paths.ts'

type History = Awaited<ReturnType<typeof clientHistory>>
type Item = History['items'][number]
type Change = Item['changes'][number]

/** Of one write. */
const mostRows = 100

interface Row {
  readonly item: Item
  readonly change: Change | null
  /** Changes that are not shown. */
  readonly more?: number
}

const titles: Readonly<Record<string, string>> = {
  name: 'Name',
  address: 'Address',
  emails: 'E-mail',
  phones: 'Phone',
  websites: 'Website',
  status: 'Status',
  agreement: 'New agreement',
  vendorName: 'Vendor',
  vendors: 'Vendors',
  contractName: 'Agreement',
  overallCost: 'Overall cost',
  currency: 'Currency',
  billingCycle: 'Billing cycle',
  startDate: 'Start date',
  endDate: 'End date',
  parentId: 'Belongs to',
  billedOnce: 'Billed once'
}

/** @param agreements names by external id. @param mayOpen whoever looks may see runs. @param later it is not the first page */
export function historyTable(
  { items, nextCursor }: History,
  agreements: ReadonlyMap<string, string>,
  { clientId, now, mayOpen, later }: { clientId: string; now: Date; mayOpen: boolean; later: boolean }
): Html {
  const rows = items.flatMap(rowsOf)
  if (rows.length === 0)
    return html`<div class="card"><p class="card-body quiet">No run has changed anything of it lately.</p></div>`
  const here = path.client(clientId)
  const run = ({ by, runId }: Item): Content => {
    const words = by === null ? 'a run' : html`undone by ${name(by)}`
    return mayOpen ? html`<a href="${path.run(runId)}">${words}</a>` : words
  }
  return html`<div class="card">${table<Row>({
    caption: 'What runs have changed',
    columns: [
      { title: 'When', cell: ({ item }) => time(item.at, now) },
      {
        title: 'What',
        cell: ({ change, more }) => (more === undefined ? titleOf(change, agreements) : `and ${count(more)} more`),
        wrap: true
      },
      {
        title: 'Before',
        cell: ({ change }) => change && written(change.field, change.before),
        quiet: true,
        wrap: true,
        phone: 'label'
      },
      {
        title: 'After',
        cell: ({ change }) => change && written(change.field, change.after),
        wrap: true,
        phone: 'label'
      },
      { title: 'By', cell: ({ item }) => run(item), quiet: true, phone: 'drop' }
    ],
    rows
  })}${
    (nextCursor !== null || later) &&
    pager({
      words: 'What runs have changed',
      first: later ? `${here}#history` : null,
      next: nextCursor === null ? null : `${withQuery(here, { history: nextCursor })}#history`
    })
  }</div>`
}

/** Whether a sync type takes it is told by the client's own status, where that has changed with it. */
function rowsOf(item: Item): Row[] {
  if (item.changes.length === 0) return [{ item, change: null }]
  const hasStatus = item.changes.some(({ field }) => field === 'status')
  const rows: Row[] = item.changes
    .filter(({ field }) => field !== 'part' || !hasStatus)
    .map(change => ({ item, change }))
  const more = rows.length - mostRows
  return more > 0 ? [...rows.slice(0, mostRows), { item, change: null, more }] : rows
}

function titleOf(change: Change | null, agreements: ReadonlyMap<string, string>): Content {
  if (!change) return 'Too much to be shown'
  if (change.agreement === null) return titles[change.field] ?? 'One of its syncs'
  const of = name(agreements.get(change.agreement) ?? `agreement ${change.agreement}`)
  return html`${change.field === 'status' ? 'Status' : titles[change.field]} <span class="faint small">${of}</span>`
}

function written(field: string, value: unknown): Content {
  const words = field === 'agreement' ? agreementInWords(value) : inWords(value)
  return words === '' ? html`<span class="faint">nothing</span>` : name(words)
}

function agreementInWords(value: unknown): string {
  if (typeof value !== 'object' || value === null) return ''
  const { contractName, overallCost, currency } = value as Readonly<Record<string, string | null>>
  return listed([contractName, listed([overallCost && `${overallCost} ${currency ?? ''}`.trim()])]) ?? 'an agreement'
}

function inWords(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.map(inWords).join(', ')
  if (typeof value !== 'object') return String(value)
  // An e-mail address, a phone number, or a street address.
  if ('value' in value) {
    const { value: text, extension } = value as { value: string; extension?: string | null }
    return extension ? `${text} ext. ${extension}` : text
  }
  return listed(Object.values(value) as (string | null)[]) ?? ''
}
