/** Undoing a run: the question, what becomes of it, and what the receipt's page says. */
import type { FastifyInstance } from 'fastify'
import { type LeftReason, leftReasons } from '../../entities/put-back.ts'
import { getReceipt } from '../../runs/read.ts'
import { type Desk, page } from '../desk.ts'
import type { Viewer } from '../frame.ts'
import { type Content, html } from '../html.ts'
import { linkButton } from '../parts/button.ts'
import { questionCard } from '../parts/dialog.ts'
import { notice } from '../parts/notice.ts'
import { exactly, time } from '../parts/time.ts'
import { name, plural } from '../parts/words.ts'
import { path } from '../paths.ts'
import { modeOf, type Run } from '../run-words.ts'

const needed = ['integrations:update', 'clients:read'] as const

export function undoPages(scope: FastifyInstance, desk: Desk): void {
  scope.get('/runs/:id/undo', page(needed), async (request, reply) => {
    const { id } = request.params as { id: string }
    const run = await getReceipt(desk.host.store, request.caller.tenant, id)
    const { csrf } = await desk.viewer(request)
    return desk.show(request, reply, {
      title: 'Undo this run',
      place: 'runs',
      narrow: true,
      crumbs: [
        ['Runs', path.runs],
        [`${modeOf(run)}, ${exactly(run.startedAt)}`, path.run(run.id)],
        ['Undo', null]
      ],
      body: questionCard({
        title: 'Undo this run?',
        text: 'Clients that it changed or took away get back what they had before, and keep it until the other product sends something else. What was changed again since is left as it is. Clients that were new with it stay.',
        post: { action: `${path.run(run.id)}/undo`, csrf },
        yes: 'Undo it',
        no: 'Leave it',
        back: path.run(run.id)
      })
    })
  })

  scope.post('/runs/:id/undo', page(needed), async (request, reply) => {
    const { id } = request.params as { id: string }
    const run = await desk.host.undoer.undo(request.caller.tenant, id, request.caller.sub)
    Object.assign(request.auditDetails, { putBack: run.undone?.putBack ?? 0 })
    return reply.redirect(path.run(id), 303)
  })
}

/** null: nothing of it can be undone, or not by who looks. */
export function undoButton(
  { id, endedAt, counts, undone }: Run,
  viewer: Pick<Viewer, 'mayUpdate'>,
  mayRead: boolean
): Content {
  const changed = counts.updated + counts.inactivated + counts.gone
  const isOpen = endedAt !== null && changed > 0 && !undone?.endedAt
  if (!isOpen || !viewer.mayUpdate || !mayRead) return null
  return linkButton(undone ? 'Go on undoing' : 'Undo', `${path.run(id)}/undo`, { dialog: true })
}

const reasons: Readonly<Record<LeftReason, (clients: string) => string>> = {
  'changed-since': clients => `${clients} changed again since`,
  waits: clients => `${clients} of which something waits for a decision, or was kept by one`,
  erased: clients => `${clients} erased meanwhile`,
  'agreement-elsewhere': clients => `${clients} with an agreement that another client has now`,
  'too-large': clients => `${clients} of which too much was changed to be kept`,
  'other-sync-type': clients => `${clients}; undo the run of the other sync too`
}

/** What an undo has done, or is doing. */
export function undoneNotice({ undone }: Run, now: Date): Content {
  if (!undone) return null
  const who = html`${name(undone.by)}, ${time(undone.at, now)}`
  if (undone.endedAt === null)
    return notice({
      title: 'It is being undone',
      text: html`${plural(undone.putBack, 'client')} so far, asked for by ${who}. If this stands still it was cut: undo it once more, and it goes on.`
    })
  const said = (reason: LeftReason) => {
    const clients = undone.left[reason] ?? 0
    return clients > 0 ? [reasons[reason](plural(clients, 'client'))] : []
  }
  const left = leftReasons.filter(reason => reason !== 'other-sync-type').flatMap(said)
  const rest = left.length > 0 ? html` Left as they are: ${left.join('; ')}.` : null
  const [part] = said('other-sync-type')
  const inPart = part === undefined ? null : html` Put back in part: ${part}.`
  return notice({
    title: 'It was undone',
    text: html`${plural(undone.putBack, 'client')} as before the run, by ${who}.${rest}${inPart}`
  })
}
