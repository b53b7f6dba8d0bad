import type { IncomingMessage } from 'node:http'
import type { Account } from '../accounts/account.ts'
import type { ApiAccount, ConnectWiseOptions } from '../options.ts'
import { notFound, Refusal } from '../refusal.ts'
import { readBundle } from './bundle.ts'
import { readCompanyInfo } from './companyinfo.ts'
import { createPageCache } from './page-cache.ts'
import type { Role } from './permissions.ts'
import { readParameters } from './query.ts'
import { createRateLimit, rateLimitBody } from './rate-limit.ts'
import { type Answer, read, readSystemInfo } from './read.ts'
import type { RecordWriter } from './record-writer.ts'
import { findTarget } from './routes.ts'
import { requireSignIn } from './sign-in.ts'

interface Site {
  options: ConnectWiseOptions
  account: Account
  api: ApiAccount
  role: Role
  writer: RecordWriter
  release: () => string
  /** Scheme and host as the client called it. */
  origin: (request: IncomingMessage) => string
}

/** Makes the right answer to a request; throws a Refusal for what the vendor refuses. */
export function createAnswerer({ options, account, api, role, writer, release, origin }: Site) {
  const { cloud = true, bundles = true, maxUrlLength = 2000 } = options
  const pages = createPageCache()
  const rate = createRateLimit(options.rateLimit ?? { requests: 1000, perSeconds: 60 })

  const answer = (request: IncomingMessage, path: string, rawQuery: string, body: string): Answer => {
    const login = /^\/login\/companyinfo\/([^/]+)$/.exec(path)
    if (login) {
      const siteUrl = options.siteUrl === 'self' ? request.headers.host : options.siteUrl
      const { isCloudAsText = false, unknownCompany = 'null' } = options
      const site = { companyId: api.companyId, release: release(), cloud, isCloudAsText, siteUrl, unknownCompany }
      return readCompanyInfo(decodeURIComponent(login[1]!), site)
    }
    const [, codebase, resource] = /^\/([^/]+)\/apis\/3\.0\/(.+)$/.exec(path) ?? []
    const alias = codebase === 'v4_6_release'
    if (!resource || !(alias || (cloud && codebase === release()))) throw notFound('The resource was not found.')
    const url = `${origin(request)}${request.url}`
    if (url.length > maxUrlLength) throw new Refusal(414, 'RequestUriTooLong', 'The request URI is too long.')

    const wait = rate.take()
    if (wait > 0) return { status: 429, headers: { 'Retry-After': String(wait) }, body: rateLimitBody(wait) }
    const { clientIdRefusal = 401, hideBadCredentials = false } = options
    requireSignIn(request.headers, { account: api, clientIdRefusal, hideBadCredentials }, alias)

    const paginationType = request.headers['pagination-type']
    const rules = {
      writer,
      pages,
      childMatch: options.childMatch ?? 'any-element',
      oversizePage: options.oversizePage ?? 'refuse',
      nextOnLastPage: options.nextOnLastPage ?? false,
      paginationType: Array.isArray(paginationType) ? paginationType[0] : paginationType,
      address: `${options.linkOrigin ?? origin(request)}${path}`
    } as const

    if (resource === 'system/bundles') {
      if (bundles !== true) throw new Refusal(bundles || 404, 'NotFound', 'Bundles are not available.')
      if (request.method !== 'POST') throw methodNotAllowed(request)
      if (!/^application\/([\w.-]+\+)?json/i.test(request.headers['content-type'] ?? '')) {
        throw new Refusal(415, 'UnsupportedMediaType', 'The content type is not supported.')
      }
      return readBundle(body, options.bundleLimit ?? Number.POSITIVE_INFINITY, (one, parameters) => {
        const paging = parameters.pageId === undefined ? undefined : 'forward-only'
        return read(findTarget(one, account, role), parameters, { ...rules, paginationType: paging })
      })
    }
    if (resource === 'system/info') {
      if (request.method !== 'GET') throw methodNotAllowed(request)
      return readSystemInfo(release(), cloud, readParameters(rawQuery))
    }
    const target = findTarget(resource, account, role)
    if (request.method !== 'GET') throw methodNotAllowed(request)
    return read(target, readParameters(rawQuery), rules)
  }

  return (request: IncomingMessage, path: string, rawQuery: string, body: string): Answer => {
    try {
      return answer(request, path, rawQuery, body)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { status: error.status, headers: {}, body: JSON.stringify(error.body) }
    }
  }
}

function methodNotAllowed(request: IncomingMessage): Refusal {
  return new Refusal(405, 'MethodNotAllowed', `The method ${request.method} is not modelled here.`)
}
