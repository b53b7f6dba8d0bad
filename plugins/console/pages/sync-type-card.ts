import type { Desk } from '../desk.ts'
import type { Viewer } from '../frame.ts'
import { type Content, type Html, html } from '../html.ts'
import { type InstallationNow, stateOf } from '../installation-now.ts'
import type { Account, IntegrationNow } from '../integration-now.ts'
import { postButton } from '../parts/button.ts'
import { card } from '../parts/card.ts'
import { unfold } from '../parts/guide.ts'
import { healthChart } from '../parts/health-chart.ts'
import { type IconName, icon } from '../parts/icon.ts'
import { notice } from '../parts/notice.ts'
import { progress } from '../parts/progress.ts'
import { time } from '../parts/time.ts'
import { count, name, plural } from '../parts/words.ts'
import { path } from '../paths.ts'
import { anotherAccount, installationButtons } from './installation-buttons.ts'

type SyncType = IntegrationNow['described']['syncTypes'][number]

/** A sync type: what it brings, and how each of its installations is. */
export function syncTypeCard(desk: Desk, now: IntegrationNow, type: SyncType, viewer: Viewer): Html {
  const found = type.installations.flatMap(({ id }) => now.installations.get(id) ?? [])
  const installed = found.filter(({ view }) => view.status !== 'uninstalled')
  const gone = found.filter(({ view }) => view.status === 'uninstalled')
  const several = now.accounts.size > 1
  const [first] = found
  const used = new Set(found.map(({ view }) => view.connectionId))
  const free = [...now.accounts.values()].filter(account => !used.has(account.id))
  /** Beside others each account has a place of its own. */
  const beside = found.length > 0 || free.length > 1
  const only = found.length === 1 && free.length === 0 ? first : undefined
  const foot = only ? installationButtons(now, only, viewer, true) : installFoot(now, type, { found, free }, viewer)
  const id = `sync-${type.name}`
  return card({
    id,
    upright: true,
    body: html`<div class="stack-s"><h2>${type.title}</h2>${only && stateOf(only, desk.now(), false)}</div>
${only && below(desk, now, only)}
${!only && [...installed, ...gone].map(one => block(desk, now, one, several, viewer))}
${beside && free.map(account => freeBlock(now, type, account, viewer))}
${found.length === 0 ? lists(type) : unfold('Who comes, what comes, when', lists(type), { id: `${id}-lists` })}`,
    ...(foot !== null && { foot })
  })
}

/** One of several installations, with its own buttons. */
function block(desk: Desk, now: IntegrationNow, one: InstallationNow, several: boolean, viewer: Viewer): Html {
  const account = now.accounts.get(one.view.connectionId)
  return html`<section class="installation stack-s">
<div class="between">${several && account ? html`<h3>${name(account.name)}</h3>` : ''}${stateOf(one, desk.now(), false)}</div>
${below(desk, now, one)}
<div class="actions">${installationButtons(now, one, viewer, false)}</div>
</section>`
}

/** What there is to say of it, below its state. */
function below(desk: Desk, { health }: IntegrationNow, { view, syncing }: InstallationNow): Content {
  const now = desk.now()
  const days = health.get(view.id) ?? []
  const { status, counts, lastRun, nextRunAt, currentRun, statusReason } = view
  const here = plural(counts.active, 'client')
  const sentence = html`<p class="small quiet">${here} here${lastRun?.endedAt && html`, last sync ${time(lastRun.endedAt, now)}`}${nextRunAt && status === 'running' && !syncing && html`, next ${time(nextRunAt, now)}`}</p>`
  const bar =
    currentRun &&
    html`<div class="stack-s">${progress('The sync under way', currentRun.progress.read, currentRun.progress.expected)}
<p class="small quiet number">read ${count(currentRun.progress.read)}${currentRun.progress.expected !== null && ` of about ${count(currentRun.progress.expected)}`}. You may leave this page: the sync goes on without it.</p></div>`
  return html`${sentence}${bar}${days.some(({ ended }) => ended > 0) && healthChart(days)}${told(view, statusReason, desk)}`
}

function told({ status, lastRun, updatedAt }: InstallationNow['view'], reason: string | null, desk: Desk): Content {
  const since = lastRun?.endedAt ?? updatedAt
  switch (status) {
    case 'stopped':
      return notice({ title: html`No new data since ${time(since, desk.now())}`, text: 'What came before stays.' })
    case 'needs-attention':
      return notice({ tone: 'bad', title: 'It needs somebody', text: reason ?? 'See its runs.' })
    case 'awaiting-approval':
      return notice({ tone: 'warn', title: 'Nothing has been taken away', text: reason ?? 'See its last run.' })
    case 'uninstalled':
      return html`<p class="small quiet">Uninstalled. What has come stays; Reinstall goes on without typing anything.</p>`
    case 'running':
      return reason !== null && notice({ tone: 'warn', title: 'The last sync did not end well', text: reason })
  }
}

const groups: readonly { key: 'conditions' | 'data' | 'triggers'; label: string; icon: IconName }[] = [
  { key: 'conditions', label: 'Who comes', icon: 'check' },
  { key: 'data', label: 'What comes', icon: 'arrow' },
  { key: 'triggers', label: 'When', icon: 'spark' }
]

function lists(type: SyncType): Html {
  return html`<div class="groups">${groups.map(
    ({ key, label, icon: drawing }) => html`<section class="stack-s">
<h3 class="label">${label}</h3>
<ul class="points">${type[key].map(text => html`<li>${icon(drawing, 'small')}<span>${text}</span></li>`)}</ul>
</section>`
  )}</div>`
}

interface Accounts {
  readonly found: readonly InstallationNow[]
  /** That it is not installed for. */
  readonly free: readonly Account[]
}

/** To install: over a saved account where there is one, which needs nothing typed. */
function installFoot(now: IntegrationNow, type: SyncType, { found, free }: Accounts, viewer: Viewer): Html | null {
  const nothing = found.length === 0
  if (!viewer.mayUpdate) return nothing ? html`<span class="small quiet">Not installed</span>` : null
  const [account] = free
  if (!nothing || free.length > 1) return installButton(now, type, viewer, anotherAccount, { small: true })
  const others = type.recommends
    .map(other => now.described.syncTypes.find(({ name }) => name === other))
    .filter(other => other && !other.installation)
  const well = others.length > 0 && `Goes well with ${others.map(other => other!.title).join(', ')}`
  return html`<span class="small quiet">${well}</span><span class="actions">
${account && installButton(now, type, viewer, 'With another account', { kind: 'plain' })}
${installButton(now, type, viewer, 'Install', { kind: 'main', ...(account && { account }) })}
</span>`
}

/** A saved account beside others: what can be done for it is said where they are. */
function freeBlock(now: IntegrationNow, type: SyncType, account: Account, viewer: Viewer): Html {
  return html`<section class="installation stack-s">
<div class="between"><h3>${name(account.name)}</h3><span class="small quiet">Not installed</span></div>
${viewer.mayUpdate && html`<div class="actions">${installButton(now, type, viewer, 'Install', { account, small: true })}</div>`}
</section>`
}

function installButton(
  { connector }: IntegrationNow,
  type: SyncType,
  { csrf }: Viewer,
  label: string,
  { account, ...look }: { account?: Account; kind?: 'main' | 'plain'; small?: boolean }
): Html {
  const fields = { syncType: type.name, connection: account?.id ?? '' }
  return postButton(label, { action: `${path.integration(connector.name)}/install`, csrf, fields }, look)
}
