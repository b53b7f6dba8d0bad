import type { Desk } from '../desk.ts'
import { head } from '../frame.ts'
import { type Content, type Html, html } from '../html.ts'
import { isUnderWay, type OpenDraft } from '../install/drafts.ts'
import type { Counted } from '../install/progress.ts'
import { bar } from '../parts/bar.ts'
import { button, hidden, linkButton, postButton } from '../parts/button.ts'
import { card } from '../parts/card.ts'
import { choices } from '../parts/field.ts'
import { figures } from '../parts/figures.ts'
import { unfold } from '../parts/guide.ts'
import { notice } from '../parts/notice.ts'
import { pill } from '../parts/state.ts'
import { steps } from '../parts/steps.ts'
import { time } from '../parts/time.ts'
import { count, name, plural } from '../parts/words.ts'
import { path } from '../paths.ts'

type Result = Counted & { state: 'counted' }

/** All of the preview below the crumbs: one part, so that counting and what was counted never mix. */
export function previewBody(desk: Desk, open: OpenDraft, csrf: string): Html {
  const { preview, account } = open.progress
  const { connector } = open
  const whose = account === null ? html`${connector.title}` : name(account)
  const counted = preview?.state === 'counted' ? preview : null
  const sentence = counted
    ? html`Asked of ${whose} ${time(counted.at, desk.now())}. Nothing has been copied yet.`
    : html`Asked of ${whose}. Nothing has been copied yet.`
  return html`<div class="column" id="preview">
${steps('Preview')}
${head({ title: 'What would come', sentence })}
${counted ? result(open, counted, csrf) : waiting(open, csrf)}
</div>`
}

function waiting(open: OpenDraft, csrf: string): Html {
  const { preview } = open.progress
  const base = path.install(open.draft.id)
  if (preview?.state === 'counting' && isUnderWay(open))
    return card({
      body: html`<p class="inline" role="status"><span class="spin" aria-hidden="true"></span>Counting at ${open.connector.title}…</p>
<div class="skeletons" aria-hidden="true"><span class="skeleton big"></span><span class="skeleton big"></span><span class="skeleton wide"></span>${Array.from({ length: 5 }, () => html`<span class="skeleton w1"></span><span class="skeleton w2"></span>`)}</div>`
    })
  const detail = preview?.state === 'failed' ? preview.detail : 'It was cut off before it had ended.'
  return card({
    body: notice({ tone: 'bad', title: `${open.connector.title} could not be counted`, text: detail, spoken: true }),
    foot: html`<span class="small quiet">Nothing has been kept.</span><span class="actions">${linkButton('Back', base, { kind: 'plain' })}${postButton('Try again', { action: `${base}/preview`, csrf }, { kind: 'main' })}</span>`
  })
}

function result(open: OpenDraft, counted: Result, csrf: string): Html {
  const { connector, draft, progress } = open
  const base = path.install(draft.id)
  const back = progress.connectionId === null ? `${base}/checks` : path.integration(connector.name)
  const nobody = counted.matched === 0
  return html`${nobody && notice({ tone: 'warn', title: 'Nobody would come', text: nobodyWords(open), spoken: true })}
${card({ body: html`${totals(counted)}${examples(open, counted)}${reasons(open, counted)}` })}
${whoCounts(open, counted, csrf)}
<div class="between">
<p class="small quiet">Installing reads about ${plural(counted.requests, 'page')} from ${connector.title} and goes on by itself.</p>
<div class="actions">${linkButton('Back', back, { kind: 'plain' })}${postButton(nobody ? 'Install all the same' : 'Install', { action: `${base}/install`, csrf }, { kind: 'main' })}</div>
</div>`
}

const leftOutOf = (counted: Result) => counted.leftOut.reduce((sum, { count }) => sum + count, 0)

function totals(counted: Result): Html {
  const leftOut = leftOutOf(counted)
  const words = `${count(counted.matched)} would come, ${count(leftOut)} are left out`
  const parts = [{ value: counted.matched, match: true }, ...counted.leftOut.map(({ count: value }) => ({ value }))]
  return html`<div class="stack">${figures(
    [
      { value: counted.matched, words: 'would come' },
      { value: leftOut, words: 'left out', quiet: true }
    ],
    'big'
  )}${bar(parts, words)}</div>`
}

function shortOf({ syncType }: OpenDraft, rule: string): string {
  const found = syncType.rules.find(({ name }) => name === rule)
  return found?.short ?? found?.title ?? rule
}

function examples(open: OpenDraft, { some, someLeftOut }: Result): Content {
  if (some.length + someLeftOut.length === 0) return null
  return html`<div class="split tight">
<section class="stack-s"><h2 class="label">Some that would come</h2><ul class="rows">${some.map(one => html`<li>${name(one)}</li>`)}</ul>${some.length === 0 && html`<p class="small faint">None</p>`}</section>
<section class="stack-s"><h2 class="label">Some that are left out</h2><ul class="rows">${someLeftOut.map(({ name: one, rule }) => html`<li>${name(one)}${pill(shortOf(open, rule))}</li>`)}</ul>${someLeftOut.length === 0 && html`<p class="small faint">None</p>`}</section>
</div>`
}

function reasons({ syncType }: OpenDraft, counted: Result): Content {
  const total = leftOutOf(counted)
  if (total === 0) return null
  const rows = counted.leftOut.filter(({ count }) => count > 0)
  return unfold(
    `Why are ${count(total)} left out?`,
    html`<ul class="rows small">${rows.map(({ rule, count: value }) => html`<li><span>${syncType.rules.find(({ name }) => name === rule)?.title ?? rule}</span><span class="number">${count(value)}</span></li>`)}</ul>`
  )
}

interface SettingSchema {
  readonly title?: string
  readonly default?: readonly string[]
}

/** The account's own names to choose from, for each list in the settings. */
function whoCounts({ connector, progress, draft }: OpenDraft, { choices: names }: Result, csrf: string): Content {
  const fields = Object.entries(connector.settings.properties as Record<string, SettingSchema>)
  const asked = fields.filter(([field]) => (names[field]?.length ?? 0) > 0)
  if (asked.length === 0) return null
  const lists = asked.map(([field, { title = field, default: byDefault = [] }]) => {
    const now = (progress.settings?.[field] ?? byDefault) as readonly string[]
    const same = (one: string) => now.some(other => other.trim().toLowerCase() === one.trim().toLowerCase())
    const given = names[field]!.map(label => ({ value: label, label, checked: same(label) }))
    return choices(title, `settings.${field}`, given)
  })
  return html`<form method="post" action="${`${path.install(draft.id)}/settings`}">${hidden({ _csrf: csrf })}${card({
    body: html`<div class="stack-s"><h2>${(connector.settings as { title?: string }).title ?? 'Who takes part?'}</h2>
<p class="small quiet">These are the names that your own account uses. Tick another if your customers have it.</p></div>${lists}`,
    foot: html`<span class="small quiet">You can change this later.</span>${button('Count again', { small: true })}`
  })}</form>`
}

function nobodyWords({ connector, progress }: OpenDraft): string {
  const fields = Object.entries(connector.settings.properties as Record<string, SettingSchema>)
  const wanted = fields.flatMap(([field, { title = field, default: byDefault = [] }]) => {
    const now = (progress.settings?.[field] ?? byDefault) as readonly string[]
    return Array.isArray(now) && now.length > 0 ? [`${title}: ${now.map(one => `“${one}”`).join(', ')}`] : []
  })
  if (wanted.length === 0) return 'Your account has nobody who meets the conditions.'
  return `Your account has nobody with ${wanted.join('; ')}. Tick the names that your customers have, below.`
}
