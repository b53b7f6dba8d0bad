import type { ChildMatch } from '../conditions/compile.ts'
import { badParameter } from '../refusal.ts'
import { readFields } from './fields.ts'
import { linkWriter } from './link.ts'
import type { CachedPage, PageCache } from './page-cache.ts'
import { type Parameters, readPaging } from './query.ts'
import type { RecordWriter } from './record-writer.ts'
import type { Target } from './routes.ts'
import { matchingIds, selectPage } from './select.ts'

/** What is sent, before any fault touches it. */
export interface Answer {
  status: number
  headers: Record<string, string>
  body: string
  /** What is sent when it is not the UTF-8 of the body, or is at hand already. */
  bytes?: Buffer
  /** The ids of the records in the body, for faults that depend on them. */
  ids?: readonly number[]
}

export interface ReadRules {
  writer: RecordWriter
  pages: PageCache
  childMatch: ChildMatch
  oversizePage: 'refuse' | 'clamp'
  nextOnLastPage: boolean
  /** The request header `pagination-type`. */
  paginationType: string | undefined
  /** Origin and path of this list, for `Link`. */
  address: string
}

/** Answers a list, a count or one record. */
export function read(target: Target, parameters: Parameters, rules: ReadRules): Answer {
  const { table } = target
  const fields = readFields(table.schema, parameters.fields)
  const text = (id: number) => rules.writer.text(table, id, fields)
  if (target.kind === 'record') return { status: 200, headers: {}, body: text(target.id!), ids: [target.id!] }

  const scope = { ...target, childMatch: rules.childMatch }
  if (target.kind === 'count') {
    return { status: 200, headers: {}, body: JSON.stringify({ count: matchingIds(scope, parameters).length }) }
  }
  const paging = readPaging(parameters, rules.paginationType, rules.oversizePage)
  const key = JSON.stringify([rules.address, paging.kind, rules.childMatch, parameters])
  const cacheable = !target.within && !target.derived && !rules.writer.isDistorted(table)
  const known = cacheable ? rules.pages.find(key, table) : undefined
  if (known) return pageAnswer(known)

  const page = selectPage(scope, parameters, paging)
  const links = linkWriter(rules.address, parameters)
  const link =
    paging.kind === 'forward-only'
      ? links.forwardOnly(paging.pageSize, page.more ? page.ids.at(-1) : undefined)
      : links.navigable(paging.page, paging.pageSize, page.total!, rules.nextOnLastPage)
  const made = {
    version: table.version(),
    headers: link === undefined ? {} : { Link: link },
    ids: page.ids,
    bytes: Buffer.from(`[${page.ids.map(text).join(',')}]`)
  }
  if (cacheable) rules.pages.keep(key, table, made)
  return pageAnswer(made)
}

function pageAnswer({ headers, ids, bytes }: CachedPage): Answer {
  return {
    status: 200,
    headers,
    ids,
    bytes,
    get body() {
      return bytes.toString()
    }
  }
}

/** `GET /system/info`, the cheap check of credentials; it takes no paging. */
export function readSystemInfo(release: string, cloud: boolean, parameters: Parameters): Answer {
  if (parameters.pageId) throw badParameter('pageId', "'pageId' needs a list.")
  const body = {
    version: release.replace('_', '.'),
    isCloud: cloud,
    serverTimeZone: 'Eastern Standard Time',
    licenseBits: [{ name: 'Agreements', activeFlag: true }],
    cloudRegion: cloud ? 'NA' : '',
    maxWorkFlowRecordsAllowed: 1000
  }
  return { status: 200, headers: {}, body: JSON.stringify(body) }
}
