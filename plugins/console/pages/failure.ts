import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { explainFailure, type Failure, sendProblem } from '../../http/problem.ts'
import type { Desk } from '../desk.ts'
import type { Doors } from '../doors.ts'
import { head, type Page } from '../frame.ts'
import { attributes, type Content, type Html, html } from '../html.ts'
import { linkButton } from '../parts/button.ts'
import { pagePathOf, signInPath } from '../paths.ts'

interface Words {
  readonly title: string
  readonly text: Content
  readonly action?: Html
}

/** Everything that goes wrong below /console is a page that says what happened, why, and what to do. */
export function failurePages(desk: Desk, doors: Doors) {
  return async (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    // A stream is read by the client, which then asks for the page itself.
    if (request.routeOptions.config.live) return sendProblem(error, request, reply)
    if (error.code === 'HOST_ERR_ROUTE_NOT_FOUND' && !request.is404) return sendProblem(error, request, reply)
    const failure = explainFailure(error, request)
    if (failure.code === 'HOST_ERR_UNAUTHENTICATED')
      return reply.redirect(signInPath(pagePathOf(request, desk.config.origin)), 303)
    // Whoever refused it may have said so on the reply already.
    const told = failure.headers?.['retry-after'] ?? reply.getHeader('retry-after')
    const busy = failure.status === 429 || failure.status === 503
    const retry = told ?? (busy ? String(busySeconds) : undefined)
    if (retry !== undefined) reply.header('retry-after', retry)
    const words = wordsOf(failure, request, desk.config.origin, Number(retry))
    reply.header('x-request-id', request.id)
    const page = pageOf(words)
    request.session ??= await doors.sessionOf(request).catch(() => null)
    try {
      if (request.session) return await desk.show(request, reply, page, failure.status)
    } catch {
      // The store is away: without a frame that has to be read from it.
    }
    return desk.showAlone(request, reply, page, failure.status)
  }
}

function pageOf({ title, text, action }: Words): Page {
  return {
    title,
    narrow: true,
    body: html`${head({ title, sentence: text })}${action && html`<div class="actions">${action}</div>`}`
  }
}

/** Where nobody said for how long it will be. */
const busySeconds = 5

const home = linkButton('To Integrations', '/console/integrations', { kind: 'main' })
const signIn = linkButton('To the sign-in', '/console/sign-in', { kind: 'main' })

/** @param seconds after which a busy host is to be asked again */
function wordsOf(
  { code, status, detail }: Failure,
  request: FastifyRequest,
  origin: string | null,
  seconds: number
): Words {
  const here = pagePathOf(request, origin)
  const again = (label: string, retry?: number) =>
    html`<a ${attributes({ class: 'button main-action', href: here, 'data-retry': retry })}>${label}</a>`
  switch (code) {
    case 'HOST_ERR_FORBIDDEN':
      return {
        title: 'You may not do this',
        text: 'Ask someone with Update access to Integrations Management.',
        action: home
      }
    case 'HOST_ERR_FORM_EXPIRED':
      return {
        title: 'This page was open for too long',
        text: 'Nothing was changed. Load it again and repeat.',
        action: again('Load again')
      }
    case 'HOST_ERR_SIGN_IN':
      return { title: 'You are not signed in yet', text: detail, action: signIn }
    case 'HOST_ERR_SIGN_IN_REFUSED':
      return { title: 'You are not let in', text: detail, action: signIn }
    case 'HOST_ERR_SIGN_IN_UNAVAILABLE':
      return { title: 'Your company’s sign-in does not answer', text: 'Try again in a moment.', action: signIn }
    case 'HOST_ERR_VENDOR_UNAVAILABLE':
      return {
        title: 'The other product does not answer as it should',
        text: `${detail} Nothing was changed.`,
        action: again('Try again')
      }
    case 'HOST_ERR_BAD_CURSOR':
      return { title: 'This list has moved on', text: 'Begin at its first page.', action: home }
  }
  if (status === 404 || status === 400 || status === 405)
    return { title: 'There is nothing here', text: 'It was erased, or the address is not right.', action: home }
  if (status === 409)
    return {
      title: 'Someone else was faster',
      text:
        code === 'HOST_ERR_CONFLICT' || code === 'HOST_ERR_TRANSITION'
          ? 'This was changed at the same moment. What you see now is the newest.'
          : detail,
      action: again('Show the newest')
    }
  if (status === 429 || status === 503)
    return {
      title: 'The host is busy',
      text: 'Try again in a moment.',
      action: again('Try again', seconds)
    }
  if (status < 500) return { title: 'That cannot be done so', text: detail, action: again('Back') }
  return {
    title: 'That did not work',
    text: html`The host made a mistake and has written it down.<br><span class="small faint">${code}, request ${request.id}</span>`,
    action: home
  }
}
