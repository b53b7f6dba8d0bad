import type { FastifyInstance } from 'fastify'
import { type Desk, livePage, page } from '../desk.ts'
import { head, type Page } from '../frame.ts'
import { type Content, type Html, html } from '../html.ts'
import { startChecks } from '../install/check-run.ts'
import { isUnderWay, type OpenDraft, openDraft } from '../install/drafts.ts'
import type { LivePart } from '../live.ts'
import { linkButton, postButton } from '../parts/button.ts'
import { type CheckRow, checkRow } from '../parts/check-row.ts'
import { notice } from '../parts/notice.ts'
import { steps } from '../parts/steps.ts'
import { name, things } from '../parts/words.ts'
import { path } from '../paths.ts'
import { installCrumbs, withDraft } from './install-frame.ts'

/** Install, step 2: what is tried with the vendor, as it ends. */
export function checksPages(scope: FastifyInstance, desk: Desk): void {
  const update = page('integrations:update')
  const opening = withDraft(desk)

  scope.get(
    '/install/:draft/checks',
    update,
    opening(async (open, request, reply) => {
      if (open.progress.connectionId !== null || open.progress.state === 'typed')
        return reply.redirect(path.install(open.draft.id), 303)
      const { csrf } = await desk.viewer(request)
      return desk.show(request, reply, pageOf(open, csrf))
    })
  )

  scope.get('/install/:draft/checks/live', livePage('integrations:update'), async (request, reply) => {
    const session = request.session!
    const { draft } = request.params as { draft: string }
    const { csrf } = await desk.viewer(request)
    await openDraft(desk, session, draft)
    return desk.follow(request, reply, {
      key: `checks:${draft}:${session.sub}`,
      everyMs: 80,
      look: () => openDraft(desk, session, draft),
      parts: open => ({ parts: partsOf(open, csrf), ended: !isChecking(open) })
    })
  })

  scope.post(
    '/install/:draft/again',
    page('integrations:update', { audit: 'integration.validate' }),
    opening(async (open, request, reply) => {
      if (open.progress.connectionId === null && open.draft.sealed !== null) await startChecks(desk, open, request.log)
      return reply.redirect(`${path.install(open.draft.id)}/checks`, 303)
    })
  )
}

const isChecking = (open: OpenDraft) => open.progress.state === 'checking' && isUnderWay(open)

function pageOf(open: OpenDraft, csrf: string): Page {
  const checking = isChecking(open)
  const [words, ...rest] = partsOf(open, csrf)
  const foot = rest.pop()!
  return {
    title: titleOf(open),
    problem: !checking && open.progress.state !== 'passed',
    place: 'integrations',
    narrow: true,
    crumbs: installCrumbs(open),
    live: checking ? `${path.install(open.draft.id)}/checks/live` : undefined,
    underWay: checking,
    body: html`${open.progress.replaces === null && steps('Check')}
${words!.html}
<div class="card">
<div class="card-body"><ol class="checks">${rest.map(({ html: row }) => row)}</ol></div>
${foot.html}
</div>`
  }
}

/** The words, each row, the foot: each complete, so that one that comes late is right. */
function partsOf(open: OpenDraft, csrf: string): LivePart[] {
  return [
    { id: 'words', html: words(open) },
    ...rowsOf(open).map(row => ({ id: row.id, html: checkRow(row) })),
    { id: 'foot', html: foot(open, csrf) }
  ]
}

const failedOf = (checks: OpenDraft['progress']['checks']) => checks.filter(({ status }) => status === 'failed')

/** What no row of the checks says, such as that all of them have asked another account. */
function said({ progress }: OpenDraft): Content {
  const { state, checks, problems } = progress
  if (state !== 'failed' || failedOf(checks).length > 0) return null
  const messages = new Set(problems.map(({ message }) => message))
  return [...messages].map(message => notice({ tone: 'bad', title: message }))
}

function titleOf(open: OpenDraft): string {
  const { state, checks, problems } = open.progress
  if (state === 'passed') return 'The connection works'
  const failed = failedOf(checks).length || new Set(problems.map(({ message }) => message)).size
  if (state === 'checking') return isChecking(open) ? 'Checking the connection' : 'The checks have not ended'
  return `${things(failed || 1)} to put right`
}

function words(open: OpenDraft): Html {
  const { state, account, remarks, replaces } = open.progress
  const { connector } = open
  const whose = account === null ? '' : html`This is the account of ${name(account)}. `
  const sentence: Content = isChecking(open)
    ? `${(connector.checks ?? []).length || 'Several'} things are tried with ${connector.title}, one after the other. It takes a few seconds.`
    : state === 'passed'
      ? html`${whose}${replaces === null ? 'Everything that is needed can be read.' : 'The new credentials have taken the place of the old.'}${remarks.map(remark => ` ${remark}`)}`
      : state === 'checking'
        ? 'It was cut off. What you typed is still there.'
        : 'It says below what to do. What you typed is still there.'
  return html`<div class="stack" id="words" role="status">${head({ title: titleOf(open), sentence })}${said(open)}</div>`
}

function rowsOf(open: OpenDraft): CheckRow[] {
  const { connector, progress } = open
  const announced = connector.checks ?? progress.checks.map(({ name, message }) => ({ name, title: message }))
  const others = progress.checks.filter(({ name }) => !announced.some(check => check.name === name))
  const ended = new Map(progress.checks.map(check => [check.name, check]))
  const checking = isChecking(open)
  let running = checking
  return [...announced, ...others.map(({ name, message }) => ({ name, title: message }))].map(({ name, title }) => {
    const check = ended.get(name)
    if (check) return { id: `check-${name.replaceAll(/[^a-z0-9-]/gi, '-')}`, title, ...check }
    const status = running ? 'running' : checking ? 'waiting' : 'skipped'
    running = false
    return { id: `check-${name.replaceAll(/[^a-z0-9-]/gi, '-')}`, title, status }
  })
}

function foot(open: OpenDraft, csrf: string): Html {
  const base = path.install(open.draft.id)
  const { state, replaces } = open.progress
  const [say, buttons] = isChecking(open)
    ? ['You may leave this page and come back.', linkButton('Back', base, { kind: 'plain' })]
    : state === 'passed' && replaces !== null
      ? ['What waited for them goes on.', linkButton('To the connection', path.connection(replaces), { kind: 'main' })]
      : state === 'passed'
        ? [
            'Nothing is copied before you choose Install.',
            html`${linkButton('Back', base, { kind: 'plain' })}${postButton('See what would come', { action: `${base}/preview`, csrf }, { kind: 'main' })}`
          ]
        : [
            'Nothing has been kept.',
            html`${postButton('Try again as it is', { action: `${base}/again`, csrf }, { kind: 'plain' })}${linkButton('Change what I typed', base, { kind: 'main' })}`
          ]
  return html`<div class="card-foot" id="foot"><span class="small quiet">${say}</span><span class="actions">${buttons}</span></div>`
}
