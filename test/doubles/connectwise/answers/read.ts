import { type Answer, type CachedPage, linkWriter, type PageCache, type RecordWriter } from '../../kit/index.ts'
import type { ChildMatch } from '../conditions/compile.ts'
import { badParameter } from '../refusal.ts'
import { readFields } from './fields.ts'
import { type Parameters, readPaging } from './query.ts'
import type { Target } from './routes.ts'
import { matchingIds, selectPage } from './select.ts'

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
  if (target.kind === 'record') {
    return { status: 200, headers: {}, body: text(target.id!), holds: [holding(target, [target.id!])] }
  }
  const scope = { ...target, childMatch: rules.childMatch }
  if (target.kind === 'count') {
    return { status: 200, headers: {}, body: JSON.stringify({ count: matchingIds(scope, parameters).length }) }
  }
  const paging = readPaging(parameters, rules.paginationType, rules.oversizePage)
  const key = JSON.stringify([rules.address, paging.kind, rules.childMatch, parameters])
  const cacheable = !target.within && !target.derived && !rules.writer.isDistorted(table)
  const known = cacheable ? rules.pages.find(key, table) : undefined
  if (known) return pageAnswer(target, known)

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
  return pageAnswer(target, made)
}

function holding({ endpoint, parent }: Target, ids: readonly number[]) {
  return { endpoint, ids, ...(parent === undefined ? {} : { parent }) }
}

function pageAnswer(target: Target, { headers, ids, bytes }: CachedPage): Answer {
  return {
    status: 200,
    headers,
    holds: [holding(target, ids)],
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
