import { attributes, type Content, type Html, html } from '../html.ts'
import { icon } from './icon.ts'

type Phone = 'drop' | 'label'

export interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => Content
  /** Numbers stand at the end. */
  readonly end?: boolean
  /** Cut where it is too long. */
  readonly cut?: boolean
  readonly quiet?: boolean
  /** Sentences: written over several lines. */
  readonly wrap?: boolean
  /** Left out where the table would not fit beside the menu. */
  readonly roomy?: boolean
  /** On a phone: left out, or with its title before it. */
  readonly phone?: Phone | ((row: Row) => Phone | undefined)
  /** Sorted by a link; null: there is only this order. */
  readonly sort?: { readonly href: string | null; readonly now: 'ascending' | 'descending' | null } | undefined
}

export interface Table<Row> {
  /** What the table is, for who listens. */
  readonly caption: string
  /** The first names the row. */
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  /** Long names are cut. @default false */
  readonly names?: boolean
}

export function table<Row>({ caption, columns, rows, names }: Table<Row>): Html {
  return html`<div class="table-box" tabindex="0" role="region" aria-label="${caption}">
<table class="${names ? 'table names' : 'table'}">
<caption class="unseen">${caption}</caption>
<thead><tr>${columns.map(head)}</tr></thead>
<tbody>${rows.map(row => html`<tr>${columns.map((column, i) => cell(column, row, i === 0))}</tr>`)}</tbody>
</table>
</div>`
}

function head<Row>({ title, end, roomy, sort }: Column<Row>): Html {
  const kinds = [end && 'end', roomy && 'roomy'].filter(Boolean).join(' ') || undefined
  const given = attributes({ scope: 'col', class: kinds, 'aria-sort': sort?.now ?? undefined })
  if (!sort) return html`<th ${given}>${title}</th>`
  const arrow = sort.now && icon(sort.now === 'ascending' ? 'up' : 'down', 'small')
  if (sort.href === null) return html`<th ${given}><span class="sorted">${title}${arrow}</span></th>`
  return html`<th ${given}><a class="sorted" href="${sort.href}">${title}${arrow}</a></th>`
}

function cell<Row>(column: Column<Row>, row: Row, first: boolean): Html {
  const { title, cell, end, cut, quiet, wrap, roomy, phone: given } = column
  const content = cell(row)
  const phone = typeof given === 'function' ? given(row) : given
  if (first) return html`<th scope="row">${content}</th>`
  const kinds = [
    end && 'end number',
    cut && 'cut',
    quiet && 'quiet',
    wrap && 'wrap',
    roomy && 'roomy',
    phone === 'drop' && 'drop'
  ].filter(Boolean)
  const written = attributes({
    class: kinds.length > 0 ? kinds.join(' ') : undefined,
    'data-label': phone === 'label' ? title : undefined
  })
  return html`<td ${written}>${content}</td>`
}
