import type { Call, Operation, Subject } from '../../kit/index.ts'
import { defaultPageSize } from './query.ts'
import { routeOf } from './routes.ts'

const none: Subject = { endpoint: 'none', operation: 'other' }

/** What a request asks for, in the words of `routes.ts`, by its address alone: it may be wrong in every other way. */
export function subjectOf({ path, rawQuery, body }: Call): Subject {
  if (path.startsWith('/login/companyinfo/')) return { endpoint: 'companyinfo', operation: 'other' }
  const [, resource] = /^\/[^/]+\/apis\/3\.0\/(.+)$/.exec(path) ?? []
  if (resource === undefined) return none
  if (resource === 'system/info') return { endpoint: 'info', operation: 'other' }
  if (resource === 'system/bundles') return { endpoint: 'bundles', operation: 'bundle', parts: partsOf(body) }
  const found = routeOf(resource)
  if (!found) return none
  const { endpoint, operation } = found
  const [, pageSize] = /(?:^|&)pageSize=(\d+)/i.exec(rawQuery) ?? []
  return {
    endpoint,
    operation,
    idsOnly: /(?:^|&)fields=id(?:&|$)/i.test(rawQuery),
    ...(operation === 'list' ? { pageSize: Number(pageSize ?? defaultPageSize) } : {})
  }
}

/** The collection of each resourceType that is modelled in bundles; `{}` stands for apiRequest.parentId. */
export const bundled: Readonly<Record<string, { endpoint: string; path: string }>> = {
  company: { endpoint: 'companies', path: 'company/companies' },
  contact: { endpoint: 'contacts', path: 'company/contacts' },
  agreement: { endpoint: 'agreements', path: 'finance/agreements' },
  addition: { endpoint: 'additions', path: 'finance/agreements/{}/additions' }
}

/** The same for a part of a bundle. */
export function partSubject(request: any): Subject {
  const { endpoint = 'none' } = bundled[String(request?.resourceType).toLowerCase()] ?? {}
  const { id, page, fields } = request?.apiRequest ?? {}
  const operation: Operation = id === undefined || id === null ? 'list' : 'record'
  const pageSize = Number(page?.pageSize ?? defaultPageSize)
  return { endpoint, operation, idsOnly: fields === 'id', ...(operation === 'list' ? { pageSize } : {}) }
}

function partsOf(body: string): string[] {
  const types = [...body.matchAll(/"resourceType"\s*:\s*"(\w+)"/gi)].map(([, type]) => type!.toLowerCase())
  return [...new Set(types)].flatMap(type => bundled[type]?.endpoint ?? [])
}
