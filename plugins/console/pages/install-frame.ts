/** What the pages of an install have in common. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Desk } from '../desk.ts'
import { head, type Page } from '../frame.ts'
import { html } from '../html.ts'
import { DraftGone, type OpenDraft, openDraft } from '../install/drafts.ts'
import { linkButton } from '../parts/button.ts'
import { path } from '../paths.ts'

type Handler = (open: OpenDraft, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

/** Opens the draft that a page is about; one that is gone has a page that says so. */
export function withDraft(desk: Desk) {
  return (handler: Handler) => async (request: FastifyRequest, reply: FastifyReply) => {
    try {
      const { draft } = request.params as { draft: string }
      return await handler(await openDraft(desk, request.session!, draft), request, reply)
    } catch (error) {
      if (!(error instanceof DraftGone)) throw error
      return desk.show(request, reply, gone, 404)
    }
  }
}

const gone: Page = {
  title: 'This install is not open any more',
  place: 'integrations',
  narrow: true,
  body: html`${head({ title: 'This install is not open any more', sentence: 'It was finished, or left for more than 30 minutes. Nothing was kept of it.' })}
<div class="actions">${linkButton('To Integrations', path.integrations, { kind: 'main' })}</div>`
}

/** Where an install, or a change of credentials, was begun. */
export function placeOf({ connector, progress }: OpenDraft): string {
  return progress.replaces === null ? path.integration(connector.name) : path.connection(progress.replaces)
}

export function installCrumbs({ connector, syncType, progress }: OpenDraft): Page['crumbs'] & {} {
  return [
    ['Integrations', path.integrations],
    [connector.title, path.integration(connector.name)],
    [progress.replaces === null ? syncType.title : 'Connection', null]
  ]
}
