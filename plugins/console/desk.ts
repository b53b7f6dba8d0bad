/** What pages need besides the operations behind REST: who looks, and the frame around what is shown. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ConsoleConfig } from '../config/console-config.ts'
import type { Permission } from '../http/auth.ts'
import type { LiveSession } from '../storage/port.ts'
import type { Assets } from './assets.ts'
import { alone, type Frame, framed, type Page, type Shade, type Viewer } from './frame.ts'
import type { Live, Watch } from './live.ts'
import { whatNeedsYou } from './needs.ts'
import { readCookie, shadeCookie } from './session/cookie.ts'
import { formToken } from './session/form-token.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** On every route that is found `by: 'session'`. */
    session: LiveSession | null
  }
}

export interface Desk {
  /** With its decorators: what the operations behind REST take as their host. */
  readonly host: FastifyInstance
  readonly config: ConsoleConfig
  readonly assets: Assets
  readonly now: () => Date
  frame(request: FastifyRequest): Frame
  viewer(request: FastifyRequest): Promise<Viewer>
  /** @param status @default 200 */
  show(request: FastifyRequest, reply: FastifyReply, page: Page, status?: number): Promise<FastifyReply>
  /** For who is not signed in. */
  showAlone(request: FastifyRequest, reply: FastifyReply, page: Page, status?: number): FastifyReply
  follow<State>(
    request: FastifyRequest,
    reply: FastifyReply,
    watch: Pick<Watch<State>, 'key' | 'everyMs' | 'look' | 'parts'>
  ): FastifyReply
}

export interface PageMore {
  /** As for the API: what a change is called in the audit trail, false: it is none. @default made of the path */
  readonly audit?: string | false
  /** It waits for a vendor. */
  readonly callsVendor?: true
}

/** The options of a page's route. */
export function page(permission: Permission | readonly Permission[], more: PageMore = {}) {
  return { config: { permission, by: 'session', ...more }, schema: { hide: true } } as const
}

/** The options of the stream of a page. */
export function livePage(permission: Permission | readonly Permission[]) {
  return { config: { permission, by: 'session', live: true }, schema: { hide: true }, exposeHeadRoute: false } as const
}

/** Fields of a form that was sent. */
export function formOf(request: FastifyRequest): URLSearchParams {
  return request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
}

/** Of the query, one text; '' where there is none. */
export function queryText(request: FastifyRequest, name: string): string {
  const value = (request.query as Readonly<Record<string, unknown>>)[name]
  return typeof value === 'string' ? value.slice(0, 1000) : ''
}

export interface DeskParts {
  readonly host: FastifyInstance
  readonly config: ConsoleConfig
  readonly assets: Assets
  readonly live: Live
  readonly now: () => Date
}

export function createDesk({ host, config, assets, live, now }: DeskParts): Desk {
  const frame = (request: FastifyRequest): Frame => ({
    name: config.name,
    ownSign: config.sign !== null,
    assets,
    shade: shadeOf(request)
  })

  async function viewer(request: FastifyRequest): Promise<Viewer> {
    const { tenant, sub, permissions, formKey, embedded } = request.session!
    return {
      tenant,
      sub,
      mayUpdate: permissions.includes('integrations:update'),
      mayReadClients: permissions.includes('clients:read'),
      mayReadActivity: permissions.includes('audit:read'),
      csrf: formToken(formKey),
      embedded,
      attention: permissions.includes('integrations:read') ? (await whatNeedsYou(host.store, tenant)).length : 0
    }
  }

  return {
    host,
    config,
    assets,
    now,
    frame,
    viewer,
    async show(request, reply, page, status = 200) {
      const { text } = framed(frame(request), await viewer(request), page)
      return reply.code(status).type('text/html; charset=utf-8').send(text)
    },
    showAlone(request, reply, page, status = 200) {
      const { text } = alone(frame(request), page)
      return reply.code(status).type('text/html; charset=utf-8').send(text)
    },
    follow(request, reply, watch) {
      const { id } = request.session!
      const isAllowed = async () => (await host.store.sessions.get(id)) !== null
      return live.stream(request, reply, { ...watch, session: id, isAllowed })
    }
  }
}

function shadeOf(request: FastifyRequest): Shade | null {
  const value = readCookie(request.headers.cookie, shadeCookie)
  return value === 'light' || value === 'dark' ? value : null
}
