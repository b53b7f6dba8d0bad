import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { decide, listLosses } from '../../integrations/installations/losses.ts'
import { countedInWords } from '../../integrations/loss-words.ts'
import type { Installation } from '../../storage/port.ts'
import { type Desk, formOf, page, queryText } from '../desk.ts'
import { head, type Page, type Viewer } from '../frame.ts'
import { type Content, type Html, html } from '../html.ts'
import { postButton } from '../parts/button.ts'
import { card } from '../parts/card.ts'
import { empty } from '../parts/empty.ts'
import { notice } from '../parts/notice.ts'
import { pager } from '../parts/pager.ts'
import { time } from '../parts/time.ts'
import { name, plural } from '../parts/words.ts'
import { path, withQuery } from '../paths.ts'
import { crumbsOf, installationOf } from './installation-actions.ts'

type Held = Awaited<ReturnType<typeof listLosses>>

const aPage = 50

/** What would be taken away and waits: client by client, with the two answers. */
export function lossesPages(scope: FastifyInstance, desk: Desk): void {
  const { host } = desk

  scope.get('/installations/:id/losses', page(['integrations:read', 'clients:read']), async (request, reply) => {
    const installation = await installationOf(desk, request)
    const cursor = queryText(request, 'cursor') || null
    const held = await listLosses(host, installation.tenant, installation.id, undefined, { limit: aPage, cursor })
    return desk.show(request, reply, pageOf(desk, installation, held, await desk.viewer(request), cursor !== null))
  })

  for (const verdict of ['approve', 'reject'] as const) {
    const answer = async (request: FastifyRequest, reply: FastifyReply) => {
      const { tenant, id, connector } = await installationOf(desk, request)
      const revision = Number(formOf(request).get('revision'))
      await decide(host, tenant, id, { verdict, revision, by: request.caller.sub })
      return reply.redirect(path.integration(connector), 303)
    }
    scope.post(`/installations/:id/losses/${verdict}`, page('integrations:update'), answer)
  }
}

function pageOf(desk: Desk, installation: Installation, held: Held, viewer: Viewer, later: boolean): Page {
  const title = 'What would go'
  return {
    title,
    place: 'integrations',
    narrow: true,
    crumbs: crumbsOf(desk, installation, title),
    body: html`${head({ title, sentence: 'The other product no longer shows it. Nothing has been taken away: it waits for your answer.' })}
${body(desk, installation, held, viewer, later)}`
  }
}

function body(desk: Desk, installation: Installation, held: Held, viewer: Viewer, later: boolean): Content {
  const { hold } = installation
  if (!hold)
    return card({ body: empty({ scene: 'runs', title: 'Nothing waits', text: 'All that came is as it was.' }) })
  const here = `${path.installation(installation.id)}/losses`
  const { nextCursor } = held
  return html`${answers(here, hold, held.revision, viewer)}
<div class="card"><ul class="rejects">${held.items.map(item => client(desk, item))}</ul>${(nextCursor !== null || later) && pager({ words: `${plural(hold.clients, 'client')} in all`, first: later ? here : null, next: nextCursor === null ? null : withQuery(here, { cursor: nextCursor }) })}</div>`
}

function answers(here: string, hold: NonNullable<Installation['hold']>, revision: number | null, viewer: Viewer): Html {
  const what = countedInWords(hold.kinds)
  if (hold.decision) {
    const said = hold.decision.verdict === 'approve' ? 'It goes' : 'It stays'
    return notice({ title: said, text: `${what}: decided, and carried out by the next run.` })
  }
  const post = (label: string, verdict: string) =>
    postButton(label, { action: `${here}/${verdict}`, csrf: viewer.csrf, fields: { revision: String(revision) } })
  return card({
    body: html`<p><strong>${what}</strong></p><p class="small quiet">What is let go is looked at once more and goes if it is still so. What is kept is not asked about again until it changes.</p>`,
    foot:
      viewer.mayUpdate && html`<span class="actions">${post('Let it go', 'approve')}${post('Keep it', 'reject')}</span>`
  })
}

function client(desk: Desk, { clientId, name: named, since, losses }: Held['items'][number]): Html {
  return html`<li><a href="${path.client(clientId)}">${name(named)}</a> <span class="small faint">since ${time(since, desk.now())}</span>
${losses.map(({ reason }) => html`<p class="small quiet">${reason}</p>`)}</li>`
}
