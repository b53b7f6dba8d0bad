import type { Call, Operation, Subject } from '../../kit/index.ts'
import { entityNamed } from '../schema.ts'
import { fullPage } from './question.ts'

/** What follows the version in a path, e.g. `Companies/query/count`; undefined for any other path. */
export function resourceOf(path: string): string | undefined {
  return /^\/atservicesrest\/v1\.0\/+(.+?)\/*$/i.exec(path)?.[1]
}

/** What a request asks for by its address and body alone: it may be wrong in every other way. */
export function subjectOf({ path, rawQuery, method, body }: Call): Subject {
  const resource = resourceOf(path)
  if (resource === undefined) return { endpoint: 'none', operation: 'other' }
  const [first = '', ...rest] = resource.split('/')
  const entity = entityNamed(first)
  if (!entity) return { endpoint: first.toLowerCase(), operation: 'other' }
  const operation = operationOf(rest.join('/').toLowerCase())
  if (operation !== 'list') return { endpoint: entity.path, operation }
  const text = method === 'POST' ? body : (new URLSearchParams(rawQuery).get('search') ?? '')
  const [, maximum] = /"maxrecords"\s*:\s*(\d+)/i.exec(text) ?? []
  const idsOnly = /"includefields"\s*:\s*\[\s*"id"\s*\]/i.test(text)
  return { endpoint: entity.path, operation, pageSize: Number(maximum ?? fullPage), idsOnly }
}

function operationOf(rest: string): Operation {
  if (rest === 'query' || rest === 'query/next') return 'list'
  if (rest === 'query/count') return 'count'
  return /^-?\d+$/.test(rest) ? 'record' : 'other'
}
