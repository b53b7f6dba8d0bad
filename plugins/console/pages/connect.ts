import type { FastifyInstance, FastifyRequest } from 'fastify'
import { errors } from '../../errors.ts'
import { type Desk, formOf, page } from '../desk.ts'
import { startChecks } from '../install/check-run.ts'
import { beginDraft, changeDraft, type OpenDraft, removeDraft, sealTyped, shownOf, typedOf } from '../install/drafts.ts'
import { startPreview } from '../install/preview-run.ts'
import { type FieldSchema, readTyped } from '../install/read-form.ts'
import { path } from '../paths.ts'
import { connectPage } from './connect-form.ts'
import { placeOf, withDraft } from './install-frame.ts'

/** Install, step 1: the form that the connector declares. */
export function connectPages(scope: FastifyInstance, desk: Desk): void {
  const update = page('integrations:update')
  const opening = withDraft(desk)

  const noted = page('integrations:update', { audit: false })

  scope.post('/integrations/:connector/install', noted, async (request, reply) => {
    const { connector: named } = request.params as { connector: string }
    const form = formOf(request)
    const connector = desk.host.connectors.get(named)
    const syncType = connector?.syncTypes.find(({ name }) => name === form.get('syncType'))
    if (!connector || !syncType) throw new errors.HOST_ERR_NOT_FOUND('sync type')
    const connection = await chosenConnection(desk, request, form.get('connection') ?? '')
    const open = await beginDraft(desk, request.session!, connector, syncType, connection)
    if (connection) await startPreview(desk, open, request.log)
    return reply.redirect(path.install(open.draft.id) + (connection ? '/preview' : ''), 303)
  })

  scope.get(
    '/install/:draft',
    update,
    opening(async (open, request, reply) => {
      if (open.progress.connectionId !== null) return reply.redirect(`${path.install(open.draft.id)}/preview`, 303)
      const { csrf } = await desk.viewer(request)
      return desk.show(request, reply, await connectPage(desk, open, csrf))
    })
  )

  scope.post(
    '/install/:draft',
    page('integrations:update', { audit: 'integration.validate' }),
    opening(async (open, request, reply) => {
      const read = readTyped(open.connector, typedOf(desk, open), formOf(request), await shownOf(desk, open))
      const changed = await keep(desk, open, read.typed, read.problems)
      if (read.problems.length > 0) return reply.redirect(path.install(open.draft.id), 303)
      await startChecks(desk, changed, request.log)
      return reply.redirect(`${path.install(open.draft.id)}/checks`, 303)
    })
  )

  scope.post(
    '/install/:draft/notes',
    noted,
    opening(async (open, request, reply) => {
      const form = formOf(request)
      const { typed } = readTyped(open.connector, typedOf(desk, open), form, await shownOf(desk, open))
      const read = open.connector.readNotes?.(form.get('notes') ?? '') ?? {}
      const fields = Object.entries(open.connector.credentials.properties as Record<string, FieldSchema>)
      const known = fields.filter(([name]) => read[name] !== undefined)
      const filled = known.map(([name, { title }]) => title ?? name)
      await keep(
        desk,
        open,
        { ...typed, ...Object.fromEntries(known.map(([name]) => [name, read[name]!])) },
        [],
        filled
      )
      return reply.redirect(path.install(open.draft.id), 303)
    })
  )

  scope.post(
    '/install/:draft/cancel',
    noted,
    opening(async (open, _request, reply) => {
      await removeDraft(desk, open)
      return reply.redirect(placeOf(open), 303)
    })
  )
}

async function chosenConnection(desk: Desk, request: FastifyRequest, id: string) {
  if (id === '') return null
  const connection = await desk.host.store.connections.get(request.caller.tenant, id)
  if (!connection) throw new errors.HOST_ERR_NOT_FOUND('connection')
  return connection
}

/** What was typed goes back to typed: what was found out about something else does not count for it. */
function keep(
  desk: Desk,
  open: OpenDraft,
  typed: Readonly<Record<string, string>>,
  problems: readonly { pointer: string; message: string }[],
  filled: readonly string[] | null = null
): Promise<OpenDraft> {
  const schemas = open.connector.credentials.properties as Record<string, FieldSchema>
  const secrets = Object.entries(typed).filter(([name, value]) => schemas[name]?.writeOnly && value !== '')
  const ends = Object.fromEntries(secrets.map(([name, value]) => [name, value.length < 12 ? '' : value.slice(-4)]))
  const sealed = sealTyped(desk, open, typed)
  const changes = {
    state: 'typed',
    problems,
    filled,
    ends,
    checks: [],
    account: null,
    remarks: [],
    preview: null
  } as const
  return changeDraft(desk, open, now => ({ sealed, progress: { ...now.progress, ...changes } }))
}
