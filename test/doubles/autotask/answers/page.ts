import {
  type Answer,
  type FieldTree,
  nextLink,
  type PageCache,
  pageById,
  type RecordWriter,
  type Table
} from '../../kit/index.ts'
import { wrong } from '../refusal.ts'
import type { Entity } from '../schema.ts'
import { narrow } from './filter.ts'
import type { Question } from './question.ts'

/** Where a page stands, as its link says; `before` is kept for about fifty pages. */
export interface PageState {
  /** Rows after this id. */
  readonly after: number
  readonly before: readonly number[]
}

export const firstPage: PageState = { after: -1, before: [] }
const keptBack = 50

export interface PageRules {
  writer: RecordWriter
  pages: PageCache
  /** Everything that makes this page another one than the next. */
  key: string
  /** Of `{Entity}/query/next`. */
  address: string
  /** Of a GET: the links repeat it. */
  search: string | undefined
  nextOnFullPage: boolean
  pagingWithoutId: 'refused' | 'stops'
}

/** Reads `paging` of a link; throws the vendor's 500 for what it has not written. */
export function readPageState(query: URLSearchParams): PageState {
  const state = nextLink.read(query, 'paging')
  const [after] = Array.isArray(state?.nextIds) ? state.nextIds : []
  if (!Number.isInteger(after)) throw wrong('The paging information is not valid.')
  const before = Array.isArray(state?.previousIds) ? state.previousIds.filter(Number.isInteger) : []
  return { after, before }
}

export function answerPage(
  entity: Entity,
  table: Table,
  question: Question,
  state: PageState,
  rules: PageRules
): Answer {
  const { writer, pages } = rules
  const cacheable = !writer.isDistorted(table)
  const known = cacheable ? pages.find(rules.key, table) : undefined
  if (known) return pageAnswer(entity, known.ids, known.bytes)

  const { maxRecords, includeFields, condition } = question
  const { ids, more } = pageById(table, narrow(table, condition), state.after, maxRecords)
  const goesOn = more || (rules.nextOnFullPage && ids.length === maxRecords)
  const hasId = includeFields === undefined || includeFields.includes('id')
  if (goesOn && !hasId && rules.pagingWithoutId === 'refused') {
    throw wrong('The Id field must be included to page through more records.')
  }
  const link = (nextIds: readonly number[], previousIds: readonly number[]) => {
    const address =
      rules.search === undefined ? rules.address : `${rules.address}?search=${encodeURIComponent(rules.search)}`
    return nextLink.write(address, 'paging', { pageSize: maxRecords, previousIds, nextIds })
  }
  const before = [...state.before, state.after].slice(-keptBack)
  const details = {
    count: ids.length,
    requestCount: maxRecords,
    prevPageUrl: state.before.length === 0 ? null : link([state.before.at(-1)!], state.before.slice(0, -1)),
    nextPageUrl: goesOn && hasId ? link([ids.at(-1)!], before) : null
  }
  const fields = treeOf(entity, includeFields)
  const rows = ids.map(id => writer.text(table, id, fields)).join(',')
  const bytes = Buffer.from(`{"items":[${rows}],"pageDetails":${JSON.stringify(details)}}`)
  if (cacheable) pages.keep(rules.key, table, { version: table.version(), headers: {}, ids, bytes })
  return pageAnswer(entity, ids, bytes)
}

/** User-defined fields come whatever is asked for. */
function treeOf(entity: Entity, includeFields: readonly string[] | undefined): FieldTree | undefined {
  if (!includeFields) return undefined
  const tree: FieldTree = Object.fromEntries(includeFields.map(field => [field, true]))
  if (entity.hasUserDefinedFields) tree.userDefinedFields = true
  return tree
}

function pageAnswer({ path }: Entity, ids: readonly number[], bytes: Buffer): Answer {
  return {
    status: 200,
    headers: {},
    holds: [{ endpoint: path, ids }],
    bytes,
    get body() {
      return bytes.toString()
    }
  }
}
