import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { install } from '../../integrations/installations/install.ts'
import { type Desk, formOf, livePage, page } from '../desk.ts'
import { head, type Page } from '../frame.ts'
import { type Content, html } from '../html.ts'
import { changeDraft, credentialsOf, isUnderWay, type OpenDraft, openDraft, removeDraft } from '../install/drafts.ts'
import { startPreview } from '../install/preview-run.ts'
import { linkButton } from '../parts/button.ts'
import { path } from '../paths.ts'
import { installCrumbs, withDraft } from './install-frame.ts'
import { previewBody } from './preview-body.ts'

/** Install, step 3: what would come, who counts, and the install itself. */
export function previewPages(scope: FastifyInstance, desk: Desk): void {
  const update = page('integrations:update')
  const opening = withDraft(desk)

  scope.get(
    '/install/:draft/preview',
    update,
    opening(async (open, request, reply) => {
      if (open.progress.state !== 'passed') return reply.redirect(unfinished(open), 303)
      const { csrf } = await desk.viewer(request)
      return desk.show(request, reply, pageOf(desk, open, csrf))
    })
  )

  scope.get('/install/:draft/preview/live', livePage('integrations:update'), async (request, reply) => {
    const session = request.session!
    const { draft } = request.params as { draft: string }
    const { csrf } = await desk.viewer(request)
    await openDraft(desk, session, draft)
    return desk.follow(request, reply, {
      key: `preview:${draft}:${session.sub}`,
      everyMs: 200,
      look: () => openDraft(desk, session, draft),
      parts: open => ({
        parts: [{ id: 'preview', html: previewBody(desk, open, csrf) }],
        ended: !isCounting(open)
      })
    })
  })

  scope.post(
    '/install/:draft/preview',
    page('integrations:update', { audit: 'integration.preview' }),
    opening(async (open, request, reply) => {
      await startPreview(desk, open, request.log)
      return reply.redirect(`${path.install(open.draft.id)}/preview`, 303)
    })
  )

  scope.post(
    '/install/:draft/settings',
    page('integrations:update', { audit: 'integration.preview' }),
    opening(async (open, request, reply) => {
      const form = formOf(request)
      const fields = Object.keys(open.connector.settings.properties)
      const chosen = fields
        .filter(field => form.has(`settings.${field}`))
        .map(field => [field, form.getAll(`settings.${field}`)])
      const changed = await changeDraft(desk, open, ({ progress }) => ({
        progress: { ...progress, settings: { ...progress.settings, ...Object.fromEntries(chosen) }, preview: null }
      }))
      await startPreview(desk, changed, request.log)
      return reply.redirect(`${path.install(open.draft.id)}/preview`, 303)
    })
  )

  scope.post(
    '/install/:draft/install',
    page('integrations:update', { audit: 'integration.install' }),
    opening(async (open, request, reply) => {
      if (open.progress.state !== 'passed') return reply.redirect(unfinished(open), 303)
      return installed(desk, open, request, reply)
    })
  )
}

const isCounting = (open: OpenDraft) => open.progress.preview?.state === 'counting' && isUnderWay(open)

const unfinished = ({ draft, progress }: OpenDraft) =>
  path.install(draft.id) + (progress.state === 'typed' ? '' : '/checks')

async function installed(desk: Desk, open: OpenDraft, request: FastifyRequest, reply: FastifyReply) {
  const { connector, syncType, progress, draft } = open
  const source =
    progress.connectionId === null
      ? { credentials: credentialsOf(desk, open) }
      : { connectionId: progress.connectionId }
  const settings = progress.settings === null ? {} : { settings: progress.settings }
  const order = { ...source, syncTypes: [syncType.name], ...settings }
  try {
    const { connectionId, installations } = await install(desk.host, connector, draft.tenant, order, request.log)
    request.auditDetails = { connector: connector.name, syncTypes: syncType.name, connectionId }
    await removeDraft(desk, open)
    return reply.redirect(`${path.installation(installations[0]!.id)}/arrival`, 303)
  } catch (error) {
    const { code, details } = error as { code?: string; details?: { checks?: []; problems?: [] } }
    if (code === 'HOST_ERR_ALREADY_INSTALLED') return desk.show(request, reply, alreadyPage(open), 409)
    // What worked a moment ago does not any more; with settings alone at fault there is nothing to type.
    if (code !== 'HOST_ERR_CREDENTIALS_INVALID' || progress.connectionId !== null) throw error
    await changeDraft(desk, open, now => ({
      progress: {
        ...now.progress,
        state: 'failed',
        checks: details?.checks ?? [],
        problems: details?.problems ?? [],
        preview: null
      }
    }))
    return reply.redirect(`${path.install(draft.id)}/checks`, 303)
  }
}

function pageOf(desk: Desk, open: OpenDraft, csrf: string): Page {
  const counting = isCounting(open)
  return {
    title: 'What would come',
    place: 'integrations',
    narrow: true,
    crumbs: installCrumbs(open),
    live: counting ? `${path.install(open.draft.id)}/preview/live` : undefined,
    underWay: counting,
    body: previewBody(desk, open, csrf)
  }
}

function alreadyPage({ connector, syncType }: OpenDraft): Page {
  const title = `${syncType.title} is already installed`
  const text: Content = 'Someone else was faster, or it was installed before for this account.'
  return {
    title,
    place: 'integrations',
    narrow: true,
    body: html`${head({ title, sentence: text })}
<div class="actions">${linkButton('See it', path.integration(connector.name), { kind: 'main' })}</div>`
  }
}
