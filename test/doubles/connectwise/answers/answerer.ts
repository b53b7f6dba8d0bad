import {
  type Answer,
  type Call,
  createPageCache,
  createWindowLimit,
  type Part,
  type RecordWriter
} from '../../kit/index.ts'
import type { Account } from '../accounts/account.ts'
import type { ApiAccount, ConnectWiseOptions } from '../options.ts'
import { notFound, Refusal } from '../refusal.ts'
import { readBundle } from './bundle.ts'
import { readCompanyInfo } from './companyinfo.ts'
import type { Role } from './permissions.ts'
import { readParameters } from './query.ts'
import { read, readSystemInfo } from './read.ts'
import { findTarget } from './routes.ts'
import { shape } from './shape.ts'
import { requireSignIn } from './sign-in.ts'

interface Instance {
  options: ConnectWiseOptions
  /** The tables as the role sees them. */
  account: Account
  api: ApiAccount
  role: Role
  writer: RecordWriter
  release: () => string
}

/** Makes the right answer to a request; what the vendor refuses becomes its refusal. */
export function createAnswerer({ options, account, api, role, writer, release }: Instance) {
  const { cloud = true, bundles = true, maxUrlLength = 2000 } = options
  const pages = createPageCache()
  const rate = createWindowLimit(options.rateLimit ?? { requests: 1000, perSeconds: 60 })

  const answer = ({ request, method, path, rawQuery, body, origin }: Call, part: Part): Answer => {
    const login = /^\/login\/companyinfo\/([^/]+)$/.exec(path)
    if (login) {
      const siteUrl = options.siteUrl === 'self' ? request.headers.host : options.siteUrl
      const { isCloudAsText = false, unknownCompany = 'null' } = options
      const { companyId, companyName = 'Fernhollow IT Services' } = api
      const site = { companyId, companyName, release: release(), cloud, isCloudAsText, siteUrl, unknownCompany }
      return readCompanyInfo(decodeURIComponent(login[1]!), site)
    }
    const [, codebase, resource] = /^\/([^/]+)\/apis\/3\.0\/(.+)$/.exec(path) ?? []
    const alias = codebase === 'v4_6_release'
    if (!resource || !(alias || (cloud && codebase === release()))) throw notFound('The resource was not found.')
    const url = `${origin}${request.url}`
    if (url.length > maxUrlLength) throw new Refusal(414, 'RequestUriTooLong', 'The request URI is too long.')

    const wait = rate.take()
    if (wait > 0) return shape.throttled(String(wait))
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
      address: `${options.linkOrigin ?? origin}${path}`
    } as const

    if (resource === 'system/bundles') {
      if (bundles !== true) throw new Refusal(bundles || 404, 'NotFound', 'Bundles are not available.')
      if (method !== 'POST') throw methodNotAllowed(method)
      if (!/^application\/([\w.-]+\+)?json/i.test(request.headers['content-type'] ?? '')) {
        throw new Refusal(415, 'UnsupportedMediaType', 'The content type is not supported.')
      }
      const { bundleLimit = Number.POSITIVE_INFINITY, bundlePageSize = Number.POSITIVE_INFINITY } = options
      return readBundle(body, {
        limit: bundleLimit,
        pageSize: bundlePageSize,
        part,
        read: (one, parameters) => {
          const paging = parameters.pageId === undefined ? undefined : 'forward-only'
          return read(findTarget(one, account, role), parameters, { ...rules, paginationType: paging })
        }
      })
    }
    if (resource === 'system/info') {
      if (method !== 'GET') throw methodNotAllowed(method)
      return readSystemInfo(release(), cloud, readParameters(rawQuery))
    }
    const target = findTarget(resource, account, role)
    if (method !== 'GET') throw methodNotAllowed(method)
    return read(target, readParameters(rawQuery), rules)
  }

  return (call: Call, part: Part): Answer => {
    try {
      return answer(call, part)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { status: error.status, headers: {}, body: JSON.stringify(error.body) }
    }
  }
}

function methodNotAllowed(method: string): Refusal {
  return new Refusal(405, 'MethodNotAllowed', `The method ${method} is not modelled here.`)
}
