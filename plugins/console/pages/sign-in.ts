import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { errors } from '../../errors.ts'
import type { Caller } from '../../http/auth.ts'
import { type Desk, formOf, queryText } from '../desk.ts'
import { type Doors, isFramed, signedIn } from '../doors.ts'
import { type Page, shades } from '../frame.ts'
import { html } from '../html.ts'
import { linkButton } from '../parts/button.ts'
import { notice } from '../parts/notice.ts'
import { pagePathOf, path, withQuery } from '../paths.ts'
import { oidcCookie, plainCookie, readCookie, sessionCookie, shadeCookie } from '../session/cookie.ts'
import { isPageOfConsole, lookAtLink, takeLink } from '../session/links.ts'
import { type Oidc, oidcSeconds } from '../session/oidc.ts'
import { startSession } from '../session/sessions.ts'
import { linkPage, otherPage } from './sign-in-link.ts'

const open = { config: { permission: null }, schema: { hide: true } } as const
const yearSeconds = 31_536_000

/** To sign in, to sign out, and how it looks meanwhile. */
export function signInPages(scope: FastifyInstance, desk: Desk, doors: Doors, oidc: Oidc | null): void {
  const { config, host, now } = desk
  const wanted = (request: FastifyRequest) => {
    const to = queryText(request, 'to')
    return isPageOfConsole(to) ? to : '/console'
  }
  /** A page that finds the cookie just set, or says that the browser did not keep it. */
  const arrive = (to: string) => withQuery('/console/sign-in', { to, arrived: 'yes' })

  scope.get('/sign-in', open, async (request, reply) => {
    const link = queryText(request, 'link')
    if (link === '' && (await doors.sessionOf(request))) return reply.redirect(wanted(request), 303)
    if (link !== '') return showLink(request, reply, link)
    if (queryText(request, 'arrived') !== '') return desk.showAlone(request, reply, noCookiePage, 401)
    return desk.showAlone(request, reply, signInPage(oidc !== null, wanted(request), queryText(request, 'out') !== ''))
  })

  // GET never uses a link up, so that what looks at links before people do cannot.
  scope.post('/sign-in', open, async (request, reply) => {
    const form = formOf(request)
    const link = await takeLink(host.store, form.get('link'))
    if (!link) return desk.showAlone(request, reply, usedLinkPage(oidc !== null), 401)
    const embedded = isEmbedding(request)
    const token = await startSession(host.store, link, embedded, now())
    await recordEntry(request, link, 'session.begin', 'link')
    return reply.header('set-cookie', sessionCookie(token, embedded)).redirect(arrive(link.to), 303)
  })

  scope.get('/oidc', open, async (request, reply) => {
    if (!oidc) throw new errors.HOST_ERR_NOT_FOUND('page')
    const { url, kept } = await oidc.begin(wanted(request))
    return reply.header('set-cookie', plainCookie(oidcCookie, kept, oidcSeconds)).redirect(url, 303)
  })

  scope.get('/oidc/callback', open, async (request, reply) => {
    if (!oidc) throw new errors.HOST_ERR_NOT_FOUND('page')
    reply.header('set-cookie', plainCookie(oidcCookie, '', 0))
    const { caller, to } = await oidc.finish(request.url, readCookie(request.headers.cookie, oidcCookie))
    const token = await startSession(host.store, caller, false, now())
    await recordEntry(request, caller, 'session.begin', 'company account')
    return reply.header('set-cookie', sessionCookie(token, false)).redirect(arrive(to), 303)
  })

  scope.post('/sign-out', signedIn(doors), async (request, reply) => {
    const { id, embedded } = request.session!
    await host.store.sessions.remove(id)
    await recordEntry(request, request.session!, 'session.end', 'sign-out')
    return reply.header('set-cookie', sessionCookie('', embedded)).redirect('/console/sign-in?out=yes', 303)
  })

  scope.post('/theme', signedIn(doors), async (request, reply) => {
    const shade = formOf(request).get('shade') ?? ''
    const chosen = shades.some(known => known === shade)
    const cookie = plainCookie(shadeCookie, chosen ? shade : '', chosen ? yearSeconds : 0)
    return reply.header('set-cookie', cookie).redirect(pagePathOf(request, config.origin), 303)
  })

  scope.get('/', open, async (_request, reply) => reply.redirect(path.integrations, 303))

  /**
   * Says as whom and where before anybody is signed in: a stranger's link would put them among the stranger's own, keys
   * in hand. The script presses only where nothing changes hands: in a frame, which the platform's page has asked for,
   * and for who is signed in so already.
   */
  async function showLink(request: FastifyRequest, reply: FastifyReply, token: string) {
    const link = await lookAtLink(host.store, token)
    if (!link) return desk.showAlone(request, reply, usedLinkPage(oidc !== null), 401)
    if (isEmbedding(request)) return desk.showAlone(request, reply, linkPage(token, link, true))
    const before = await doors.sessionOf(request)
    const isSame = before !== null && before.tenant === link.tenant && before.sub === link.sub
    if (before && !isSame) return desk.showAlone(request, reply, otherPage(before, link, token))
    return desk.showAlone(request, reply, linkPage(token, link, isSame))
  }

  /** These routes have no caller yet, so the trail cannot write them down by itself. */
  async function recordEntry(request: FastifyRequest, who: Pick<Caller, 'tenant' | 'sub'>, action: string, by: string) {
    const { tenant, sub: actor } = who
    try {
      await host.audit.record({ tenant, actor, action, from: request.ip, requestId: request.id, details: { by } })
    } catch (error) {
      request.log.error({ err: error, action, tenant, actor }, 'an entry of the audit trail could not be written')
    }
  }

  /** Asked for by the platform's page, in a frame that only listed origins may have. */
  function isEmbedding(request: FastifyRequest): boolean {
    return config.embed.length > 0 && isFramed(request)
  }
}

function signInPage(withOidc: boolean, to: string, out: boolean): Page {
  return {
    title: 'Sign in',
    body: html`${out && notice({ tone: 'good', title: 'You are signed out', spoken: true })}
<div class="stack">
<h1>Sign in</h1>
<p class="quiet">Open the console from your platform, under Integrations. Its link signs you in.</p>
${withOidc && html`<div class="actions">${linkButton('Sign in with your company account', withQuery('/console/oidc', { to }), { kind: 'main' })}</div>`}
</div>
${operatorsWay}`
  }
}

const operatorsWay = html`<p class="small faint">You run this host yourself? Each start prints a link; <code>npm run console:link</code> prints another.</p>`

function usedLinkPage(withOidc: boolean): Page {
  return {
    title: 'Sign in',
    problem: true,
    body: html`${notice({ tone: 'bad', title: 'This link has been used or is too old', text: 'A link opens the console once, within its time. Get a new one where you got this.', spoken: true })}
<h1 class="h2">Sign in</h1>
${withOidc && html`<div class="actions">${linkButton('Sign in with your company account', '/console/oidc')}</div>`}
${operatorsWay}`
  }
}

const noCookiePage: Page = {
  title: 'Sign in',
  problem: true,
  body: html`<h1 class="h2">You are not signed in</h1>
${notice({ tone: 'bad', title: 'Your browser keeps no secure cookies over plain http', text: 'Use Chrome, Edge or Firefox here, or put TLS in front.', spoken: true })}
<p class="quiet">If this page came over https, cookies of this site are switched off in your browser. Allow them, and open a new link.</p>`
}
