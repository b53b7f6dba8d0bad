import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { errors } from '../../errors.ts'
import { erase } from '../../integrations/installations/erase.ts'
import { start, stop, uninstall } from '../../integrations/installations/life-cycle.ts'
import { reinstall } from '../../integrations/installations/reinstall.ts'
import { requestRun } from '../../integrations/installations/requested-run.ts'
import type { Installation } from '../../storage/port.ts'
import { type Desk, formOf, page } from '../desk.ts'
import { type Content, html } from '../html.ts'
import { type Question, questionCard } from '../parts/dialog.ts'
import { name, plural } from '../parts/words.ts'
import { path } from '../paths.ts'
import { accountToTell, titleOf } from './installation-names.ts'

/** What is done with an installation: each a POST that leads back to its integration. */
export function installationActions(scope: FastifyInstance, desk: Desk): void {
  const { host } = desk
  const update = page('integrations:update')
  const idOf = (request: FastifyRequest) => (request.params as { id: string }).id
  const back = (reply: FastifyReply, { connector }: Pick<Installation, 'connector'>) =>
    reply.redirect(path.integration(connector), 303)

  const changes = { stop, start, reinstall, uninstall } as const
  for (const [name, change] of Object.entries(changes)) {
    scope.post(`/installations/:id/${name}`, update, async (request, reply) =>
      back(reply, await change(host, request.caller.tenant, idOf(request), { log: request.log }))
    )
  }

  for (const mode of ['sync', 'compare'] as const) {
    scope.post(`/installations/:id/${mode}`, update, async (request, reply) => {
      const installation = await installationOf(desk, request)
      await requestRun(host, request.caller.tenant, installation.id, mode)
      return back(reply, installation)
    })
  }

  scope.get('/installations/:id/uninstall', update, async (request, reply) => {
    const installation = await installationOf(desk, request)
    const { csrf } = await desk.viewer(request)
    return showQuestion(desk, request, reply, installation, await uninstallQuestion(desk, installation, csrf))
  })

  scope.get('/installations/:id/erase', update, async (request, reply) => {
    const installation = await installationOf(desk, request)
    const { csrf } = await desk.viewer(request)
    return showQuestion(desk, request, reply, installation, await eraseQuestion(desk, installation, csrf))
  })

  scope.post('/installations/:id/erase', update, async (request, reply) => {
    const installation = await installationOf(desk, request)
    if ((formOf(request).get('typed') ?? '').trim() !== titleOf(desk, installation)) {
      const { csrf } = await desk.viewer(request)
      const question = { ...(await eraseQuestion(desk, installation, csrf)), problem: 'That is not its name.' }
      return showQuestion(desk, request, reply, installation, question, 422)
    }
    await erase(host, request.caller.tenant, installation.id)
    return back(reply, installation)
  })
}

/** Throws HOST_ERR_NOT_FOUND. */
export async function installationOf(desk: Desk, request: FastifyRequest): Promise<Installation> {
  const { id } = request.params as { id: string }
  const found = await desk.host.store.installations.get(request.caller.tenant, id)
  if (!found) throw new errors.HOST_ERR_NOT_FOUND('installation')
  return found
}

export function crumbsOf(desk: Desk, installation: Installation, last: string) {
  const { connector } = installation
  return [
    ['Integrations', path.integrations],
    [desk.host.connectors.get(connector)?.title ?? connector, path.integration(connector)],
    [titleOf(desk, installation), path.integration(connector)],
    [last, null]
  ] as const
}

function showQuestion(
  desk: Desk,
  request: FastifyRequest,
  reply: FastifyReply,
  installation: Installation,
  question: Question,
  status = 200
) {
  return desk.show(
    request,
    reply,
    {
      title: question.yes,
      problem: question.problem !== undefined,
      place: 'integrations',
      narrow: true,
      crumbs: crumbsOf(desk, installation, question.yes),
      body: questionCard(question)
    },
    status
  )
}

/** `Sync Active Customers`, of which account where another might be meant. */
async function named(desk: Desk, installation: Installation): Promise<Content> {
  const account = await accountToTell(desk, installation)
  return html`${titleOf(desk, installation)}${account !== null && html` of ${name(account)}`}`
}

async function uninstallQuestion(desk: Desk, installation: Installation, csrf: string): Promise<Question> {
  return {
    title: html`Uninstall ${await named(desk, installation)}?`,
    text: 'New data stops. What has come stays in Manage Clients, and Reinstall needs no credentials.',
    post: { action: `${path.installation(installation.id)}/uninstall`, csrf },
    yes: 'Uninstall',
    no: 'Keep it',
    back: path.integration(installation.connector)
  }
}

async function eraseQuestion(desk: Desk, installation: Installation, csrf: string): Promise<Question> {
  const { tenant, connectionId, id } = installation
  const { store } = desk.host
  const { active, inactive, gone } = await store.clients.counts(id)
  const users = await store.installations.list(tenant, { connectionId }, { limit: 2, cursor: null })
  const last = users.items.length < 2
  return {
    title: html`Erase ${await named(desk, installation)}?`,
    text: html`Its ${plural(active + inactive + gone, 'client')}, its runs and its settings go for good${last && ', and with them the saved credentials'}.`,
    post: { action: `${path.installation(id)}/erase`, csrf },
    yes: 'Erase',
    yesKind: 'danger',
    no: 'Keep it',
    back: path.integration(installation.connector),
    type: titleOf(desk, installation)
  }
}
