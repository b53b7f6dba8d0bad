import type { Webhook } from '../../storage/port.ts'
import type { DeliveryView } from '../../webhooks/of-tenant.ts'
import type { Desk } from '../desk.ts'
import { head, type Page, type Viewer } from '../frame.ts'
import { type Content, type Html, html } from '../html.ts'
import { button, hidden, linkButton, postButton } from '../parts/button.ts'
import { card, cardHead, facts } from '../parts/card.ts'
import { empty } from '../parts/empty.ts'
import { errorSummary } from '../parts/error-summary.ts'
import { field } from '../parts/field.ts'
import { notice } from '../parts/notice.ts'
import { state } from '../parts/state.ts'
import { time } from '../parts/time.ts'
import { plural } from '../parts/words.ts'
import { path } from '../paths.ts'

/** What stands in the form. */
export interface Typed {
  readonly url: string
  /** Of the form: sent twice it makes one webhook. */
  readonly id: string
  readonly problem?: string
}

export function webhookCrumbs(last: string): Page['crumbs'] & {} {
  return [
    ['Needs you', path.attention],
    ['Webhooks', path.webhooks],
    [last, null]
  ]
}

export function webhooksPage(desk: Desk, found: readonly Webhook[], typed: Typed, viewer: Viewer): Page {
  return {
    title: 'Webhooks',
    problem: typed.problem !== undefined,
    place: 'attention',
    narrow: true,
    crumbs: [
      ['Needs you', path.attention],
      ['Webhooks', null]
    ],
    body: html`${head({ title: 'Webhooks', sentence: 'Addresses that are told when something begins to need somebody, and when that is over. Each message is signed.' })}
${typed.problem !== undefined && errorSummary([{ name: 'url', message: typed.problem }])}
<div class="card">${list(desk, found)}</div>
${viewer.mayUpdate && form(typed, viewer)}`
  }
}

function list({ now }: Desk, found: readonly Webhook[]): Html {
  if (found.length === 0)
    return empty({
      scene: 'plug',
      title: 'Nobody is told yet',
      text: 'What needs somebody is shown here all the same, under Needs you.'
    })
  return html`<ul class="rejects">${found.map(
    ({
      id,
      url,
      ended,
      createdAt
    }) => html`<li class="stack-s"><div class="between"><a href="${path.webhook(id)}"><strong>${url}</strong></a>${stateOf(ended)}</div>
<span class="quiet">${ended ? ended.reason : html`added ${time(createdAt, now())}`}</span></li>`
  )}</ul>`
}

const stateOf = (ended: Webhook['ended']) => (ended ? state('bad', 'Told no more') : state('good', 'Is told'))

function form({ url, id, problem }: Typed, { csrf }: Viewer): Html {
  return html`<form method="post" action="${path.webhooks}">${hidden({ _csrf: csrf, id })}${card({
    body: field({
      name: 'url',
      label: 'Add an address',
      help: html`Of your platform, such as <code>https://platform.example/hooks</code>. Its secret is shown once, after this.`,
      required: true,
      maxLength: 2000,
      value: url,
      problem
    }),
    foot: html`<span></span><span class="actions">${button('Add', { kind: 'main' })}</span>`
  })}</form>`
}

export interface OneWebhook {
  readonly webhook: Webhook
  readonly deliveries: readonly DeliveryView[]
  /** Of one that was just made. */
  readonly secret: string | null
  /** What came of a test just now. */
  readonly tried: { readonly told: boolean; readonly reason: string | null } | null
}

export function webhookPage(desk: Desk, { webhook, deliveries, secret, tried }: OneWebhook, viewer: Viewer): Page {
  const { id, url, ended, createdAt } = webhook
  return {
    title: 'Webhook',
    place: 'attention',
    narrow: true,
    crumbs: webhookCrumbs(url),
    body: html`${head({ title: 'Webhook', sentence: html`${stateOf(ended)}` })}
${secret !== null && secretCard(secret)}
${tried && outcome(tried)}
${ended && notice({ tone: 'bad', title: 'It is told no more', text: html`${ended.reason} ${time(ended.at, desk.now())}. Remove it, and add it again when it is back.` })}
${card({
  body: facts([
    ['Address', html`<span class="wrap">${url}</span>`],
    ['Added', time(createdAt, desk.now())]
  ]),
  foot:
    viewer.mayUpdate &&
    html`<span></span><span class="actions">${linkButton('Remove', `${path.webhook(id)}/remove`, { kind: 'danger', dialog: true })}${!ended && postButton('Send a test', { action: `${path.webhook(id)}/test`, csrf: viewer.csrf }, { kind: 'main' })}</span>`
})}
${told(desk, deliveries)}`
  }
}

function secretCard(secret: string): Html {
  return card({
    body: html`${cardHead('Its secret, shown this once')}
<p class="quiet">Your platform checks with it that a message is from here (Standard Webhooks). It is not shown again.</p>
<pre class="payload" tabindex="0" role="region" aria-label="Its secret">${secret}</pre>`
  })
}

function outcome({ told, reason }: NonNullable<OneWebhook['tried']>): Html {
  if (told)
    return notice({ tone: 'good', title: 'The test has arrived', text: 'It answered as it should.', spoken: true })
  return notice({ tone: 'bad', title: 'The test has not arrived', text: reason ?? '', spoken: true })
}

const types: Readonly<Record<string, string>> = {
  'attention.raised': 'Something began to need somebody',
  'attention.cleared': 'It was over'
}

function told({ now }: Desk, deliveries: readonly DeliveryView[]): Html {
  const rows = deliveries.map(
    one => html`<li class="stack-s"><div class="between"><span>${types[one.type] ?? one.type}</span>${deliveryState(one)}</div>
<span class="quiet">${time(one.createdAt, now())}${one.reason !== null && html`: ${one.reason}`} ${after(one, now())}</span></li>`
  )
  return html`<section class="stack-s" aria-labelledby="told">
<h2 id="told">Told within the last week</h2>
<div class="card">${rows.length > 0 ? html`<ul class="rejects">${rows}</ul>` : html`<div class="card-body"><p class="quiet">Nothing yet: nothing has begun to need somebody.</p></div>`}</div>
</section>`
}

function deliveryState({ state: now }: DeliveryView): Html {
  if (now === 'told') return state('good', 'Arrived')
  return now === 'waiting' ? state('warn', 'On its way') : state('bad', 'Given up')
}

function after({ state: now, tries, nextTryAt }: DeliveryView, at: Date): Content {
  if (now === 'waiting' && nextTryAt !== null && tries > 0)
    return html`Tried ${plural(tries, 'time')}, again ${time(nextTryAt, at)}.`
  return tries > 1 && `After ${plural(tries, 'try', 'tries')}.`
}
