import { type LossKind, lossKinds } from '../../entities/loss.ts'
import type { listLosses } from '../../integrations/installations/losses.ts'
import { countedInWords, kindInWords } from '../../integrations/loss-words.ts'
import type { Hold, Installation } from '../../storage/port.ts'
import type { Desk } from '../desk.ts'
import { head, type Page, type Viewer } from '../frame.ts'
import { type Html, html } from '../html.ts'
import { bar } from '../parts/bar.ts'
import { button, hidden } from '../parts/button.ts'
import { card } from '../parts/card.ts'
import { empty } from '../parts/empty.ts'
import { choices } from '../parts/field.ts'
import { notice } from '../parts/notice.ts'
import { pager } from '../parts/pager.ts'
import { segments } from '../parts/segments.ts'
import { time } from '../parts/time.ts'
import { count, name, plural } from '../parts/words.ts'
import { path, withQuery } from '../paths.ts'
import { crumbsOf } from './installation-actions.ts'
import { lossRow } from './loss-row.ts'

type Held = Awaited<ReturnType<typeof listLosses>>

export interface Shown {
  readonly installation: Installation
  readonly held: Held
  /** Only these are listed. */
  readonly kind: LossKind | undefined
  /** This is not the first page. */
  readonly later: boolean
  /** Why what was sent was not taken. */
  readonly problem: string | null
}

export function lossesBody(desk: Desk, shown: Shown, viewer: Viewer): Page {
  const { installation, problem } = shown
  const { hold } = installation
  const vendor = desk.host.connectors.get(installation.connector)?.title ?? 'the other product'
  const title = hold ? `This would take away ${amountOf(hold)}` : 'Nothing waits'
  const sentence = hold
    ? `Nothing has been taken away. Look at some of them at ${vendor}: if they are gone there on purpose, approve.`
    : 'Nothing that has come would be taken away.'
  return {
    title,
    place: 'integrations',
    narrow: true,
    crumbs: crumbsOf(desk, installation, 'What would go'),
    body: html`${head({ title, sentence })}
${problem !== null && notice({ tone: 'bad', title: 'Your answer was not taken', text: problem, spoken: true })}
${hold ? answers(desk, shown, hold, viewer) : card({ body: empty({ scene: 'runs', title: 'All is as it came', text: 'What a sync would take away in large numbers waits here for your answer.' }) })}
${hold && clients(desk, shown, hold)}`
  }
}

const heldKinds = ({ kinds }: Hold) => lossKinds.flatMap(kind => (kinds[kind] ? [[kind, kinds[kind]] as const] : []))

/** `34 of 105 clients`, or `something of 62 clients`. */
function amountOf(hold: Hold): string {
  const [first, ...more] = heldKinds(hold)
  return first && more.length === 0 ? shareOf(...first) : `something of ${plural(hold.clients, 'client')}`
}

/** Where their number stands elsewhere. */
const titles: Readonly<Record<LossKind, string>> = {
  clients: 'Clients',
  addresses: 'Street addresses',
  emails: 'E-mail addresses',
  phones: 'Phone numbers',
  websites: 'Websites',
  agreements: 'Agreements',
  costs: 'Costs',
  vendors: 'Vendors'
}

const shareOf = (kind: LossKind, { held, of }: { readonly held: number; readonly of: number }) =>
  `${count(held)} of ${kindInWords(kind, of)}`

function answers(desk: Desk, { installation, held }: Shown, hold: Hold, viewer: Viewer): Html {
  const { decision } = hold
  const kinds = heldKinds(hold)
  const shares = html`<div class="shares">${kinds.map(
    ([kind, share]) => html`<div class="stack-s"><p class="small">${shareOf(kind, share)}</p>
${bar(
  [
    { value: share.held, match: true },
    { value: share.of - share.held, rest: true }
  ],
  shareOf(kind, share)
)}</div>`
  )}</div>`
  const meanwhile = html`<p class="small quiet">Everything else goes on. What you approve is looked at once more and goes if it is still so; what you reject stays, and is asked about again only if it changes.</p>`
  const since = html`<span class="small quiet">First seen ${time(hold.since, desk.now())}</span>`
  if (decision) {
    const about = decision.kinds ? countedInWords(pick(hold.kinds, decision.kinds)) : 'all of it'
    const said = decision.verdict === 'approve' ? 'Approved' : 'Rejected'
    const text = html`${name(decision.by)} has answered for ${about}, ${time(decision.at, desk.now())}. The next sync carries it out.`
    return card({ body: html`${shares}${notice({ title: said, text })}` })
  }
  if (!viewer.mayUpdate) return card({ body: html`${shares}${meanwhile}`, foot: since })
  const [only, ...others] = kinds
  const fields = { _csrf: viewer.csrf, revision: String(held.revision ?? 0) }
  const which =
    only && others.length === 0
      ? hidden({ ...fields, kinds: only[0] })
      : html`${hidden(fields)}${choices(
          'Your answer is about',
          'kinds',
          kinds.map(([kind]) => ({ value: kind, label: titles[kind], checked: true }))
        )}`
  const what = only && others.length === 0 ? plural(only[1].held, 'removal') : 'what is ticked'
  const here = `${path.installation(installation.id)}/losses`
  return html`<form method="post" action="${`${here}/approve`}">${card({
    body: html`${shares}${which}${meanwhile}`,
    foot: html`${since}<span class="actions">${button(others.length === 0 ? 'Reject' : `Reject ${what}`, { action: `${here}/reject` })}${button(`Approve ${what}`, { kind: 'main' })}</span>`
  })}</form>`
}

function pick(kinds: Hold['kinds'], chosen: readonly LossKind[]): Hold['kinds'] {
  return Object.fromEntries(chosen.map(kind => [kind, kinds[kind]]))
}

function clients(desk: Desk, { installation, held, kind, later }: Shown, hold: Hold): Html {
  const here = `${path.installation(installation.id)}/losses`
  const kinds = heldKinds(hold)
  const { nextCursor } = held
  const filter = { ...(kind && { kind }) }
  const of = kind ? null : plural(hold.clients, 'client')
  return html`<section class="stack-s" aria-labelledby="held-title">
<div class="between"><h2 id="held-title">Client by client</h2>${
    kinds.length > 1 &&
    segments('Only', [
      { label: 'Everything', href: here, current: kind === undefined },
      ...kinds.map(([one]) => ({
        label: titles[one],
        href: withQuery(here, { kind: one }),
        current: kind === one
      }))
    ])
  }</div>
<div class="card"><ul class="rejects">${held.items.map(item => lossRow(item, desk.now()))}</ul>${
    (nextCursor !== null || later) &&
    pager({
      words: of ? `${of} in all` : '',
      first: later ? withQuery(here, filter) : null,
      next: nextCursor === null ? null : withQuery(here, { ...filter, cursor: nextCursor })
    })
  }</div>
</section>`
}
