import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isLossKind, type LossKind } from '../../entities/loss.ts'
import { decide, listLosses } from '../../integrations/installations/losses.ts'
import { type Desk, formOf, page, queryText } from '../desk.ts'
import { path } from '../paths.ts'
import { installationOf } from './installation-actions.ts'
import { lossesBody, type Shown } from './losses-body.ts'

const aPage = 50

/** Somebody or a sync was faster: what waits is shown anew, with the reason. */
function overtaken(error: unknown): string {
  const { code, message } = error as { code?: unknown; message: string }
  if (code === 'HOST_ERR_LOSSES_CHANGED') return 'What waits has changed since you looked. Look again and answer anew.'
  if (code === 'HOST_ERR_DECISION_WAITS') return message
  throw error
}

/** What would be taken away and waits: client by client, with the two answers. */
export function lossesPages(scope: FastifyInstance, desk: Desk): void {
  const { host } = desk

  async function show(request: FastifyRequest, reply: FastifyReply, problem: string | null, status = 200) {
    const installation = await installationOf(desk, request)
    const asked = queryText(request, 'kind')
    const kind = isLossKind(asked) && installation.hold?.kinds[asked] ? asked : undefined
    const cursor = queryText(request, 'cursor') || null
    const held = await listLosses(host, installation.tenant, installation.id, kind, { limit: aPage, cursor })
    const shown: Shown = { installation, held, kind, later: cursor !== null, problem }
    return desk.show(request, reply, lossesBody(desk, shown, await desk.viewer(request)), status)
  }

  scope.get('/installations/:id/losses', page(['integrations:read', 'clients:read']), (request, reply) =>
    show(request, reply, null)
  )

  for (const verdict of ['approve', 'reject'] as const) {
    const permission = ['integrations:update', 'clients:read'] as const
    scope.post(`/installations/:id/losses/${verdict}`, page(permission), async (request, reply) => {
      const { tenant, id, connector, hold } = await installationOf(desk, request)
      const form = formOf(request)
      const kinds = form.getAll('kinds').filter(isLossKind)
      // Nothing ticked is no answer; for REST no kinds are all of them.
      if (kinds.length === 0) return show(request, reply, 'Tick what this is about.', 422)
      const revision = Number(form.get('revision'))
      const chosen = isAll(kinds, Object.keys(hold?.kinds ?? {})) ? undefined : kinds
      request.auditDetails = { revision, kinds: chosen?.join(' ') ?? 'all' }
      try {
        await decide(host, tenant, id, { verdict, revision, kinds: chosen, by: request.caller.sub })
      } catch (error) {
        return show(request, reply, overtaken(error), 409)
      }
      return reply.redirect(path.integration(connector), 303)
    })
  }
}

const isAll = (chosen: readonly LossKind[], held: readonly string[]) =>
  held.every(kind => chosen.some(one => one === kind))
