import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { sealedKey } from '../sealing/sealed-key.ts'
import { createTrail, type Trail } from './trail.ts'

declare module 'fastify' {
  interface FastifyInstance {
    audit: Trail
  }
  interface FastifyContextConfig {
    /** `installation.stop`; false: not written down. @default of every method but GET, made of its path */
    audit?: string | false
  }
  interface FastifyRequest {
    /** Added to the entry of this request by its handler: ids, names of sync types, numbers; no secret, no client data. */
    auditDetails: Record<string, string | number>
  }
}

export interface AuditOptions {
  readonly now: () => Date
}

/** Decorates `fastify.audit` and writes down every call that changes something: after its effect, before its answer. */
export const auditPlugin = fp<AuditOptions>(
  async (fastify, { now }) => {
    const { store, keyring } = fastify
    const lacks = 'an entry of the audit trail could not be written'
    const trail = createTrail(
      store.activity,
      await sealedKey(store.meta, keyring, 'audit-trail'),
      now,
      (err, happening) => fastify.log.error({ err, happening }, lacks)
    )
    fastify.decorate('audit', trail)
    fastify.decorateRequest('auditDetails')
    fastify.addHook('onRequest', async request => {
      request.auditDetails = {}
    })
    fastify.addHook('onSend', async (request, reply, payload) => {
      const action = request.caller ? actionOf(request) : null
      if (action === null) return
      const { tenant, sub } = request.caller
      const { outcome, code } = endOf(reply, payload)
      const happening = {
        ...{ tenant, actor: sub, action, from: request.ip, requestId: request.id, outcome, code },
        target: targetOf(request, payload),
        // Who is refused at the door has not come to the hook that makes them.
        details: request.auditDetails ?? {}
      }
      try {
        await trail.record(happening)
      } catch (error) {
        // The effect is there already, so the answer stays what it is; the log has what the trail lacks.
        request.log.error({ err: error, happening }, lacks)
      }
    })
  },
  { name: 'audit', fastify: '5.x', dependencies: ['auth', 'storage', 'outbound'] }
)

/** null: not written down. */
function actionOf({ method, routeOptions }: FastifyRequest): string | null {
  const { url = '', config } = routeOptions
  if (config.audit === false) return null
  if (config.audit) return config.audit
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return null
  const names = namesIn(url).filter(part => !part.startsWith(':'))
  const [collection = 'host', ...more] = names
  const what = { POST: more.at(-1) ?? 'create', PATCH: 'change', PUT: 'change', DELETE: 'erase' }[method] ?? method
  return `${singular(collection)}.${what}`
}

/** The same for the API and for the console's pages over it. */
const namesIn = (url: string) =>
  url
    .replace(/^\/(?:v1|console)(?=\/)/, '')
    .split('/')
    .filter(part => part !== '')

const singular = (collection: string) => collection.replace(/s$/, '')

/** What the path names, or what the answer says was made. */
function targetOf(request: FastifyRequest, payload: unknown): { kind: string; id: string } | null {
  const [kind = ''] = namesIn(request.routeOptions.url ?? '')
  const { id } = (request.params ?? {}) as { id?: unknown }
  if (typeof id === 'string') return { kind: singular(kind), id: id.slice(0, 200) }
  const made = answerOf(payload)
  if (typeof made?.connectionId === 'string') return { kind: 'connection', id: made.connectionId }
  if (typeof made?.id === 'string') return { kind: singular(kind), id: made.id }
  return null
}

function endOf({ statusCode }: FastifyReply, payload: unknown) {
  if (statusCode < 400) return { outcome: 'done', code: null } as const
  const code = answerOf(payload)?.code
  return { outcome: statusCode < 500 ? 'refused' : 'failed', code: typeof code === 'string' ? code : null } as const
}

/** Answers are short; a long one says nothing that an entry needs. */
function answerOf(payload: unknown): Record<string, unknown> | null {
  if (typeof payload !== 'string' || payload.length > 65_536 || !payload.startsWith('{')) return null
  try {
    return JSON.parse(payload)
  } catch {
    return null
  }
}
