import type { Desk } from '../desk.ts'
import type { Viewer } from '../frame.ts'
import { type Content, type Html, html } from '../html.ts'
import { type InstallationNow, stateOf } from '../installation-now.ts'
import type { Account, IntegrationNow } from '../integration-now.ts'
import { button, hidden } from '../parts/button.ts'
import { card } from '../parts/card.ts'
import { unfold } from '../parts/guide.ts'
import { type IconName, icon } from '../parts/icon.ts'
import { notice } from '../parts/notice.ts'
import { progress } from '../parts/progress.ts'
import { time } from '../parts/time.ts'
import { count, name, plural } from '../parts/words.ts'
import { path } from '../paths.ts'
import { installationButtons } from './installation-buttons.ts'

type SyncType = IntegrationNow['described']['syncTypes'][number]

/** A sync type: what it brings, and how each of its installations is. */
export function syncTypeCard(desk: Desk, now: IntegrationNow, type: SyncType, viewer: Viewer): Html {
  const found = type.installations.flatMap(({ id }) => now.installations.get(id) ?? [])
  const installed = found.filter(({ view }) => view.status !== 'uninstalled')
  const gone = found.filter(({ view }) => view.status === 'uninstalled')
  const several = now.accounts.size > 1
  const [first] = installed
  const only = installed.length === 1 && gone.length === 0 ? first : undefined
  const id = `sync-${type.name}`
  return card({
    id,
    upright: true,
    body: html`<div class="stack-s"><h2>${type.title}</h2>${only && stateOf(only, desk.now(), false)}</div>
${only && below(desk, only)}
${!only && [...installed, ...gone].map(one => block(desk, now, one, several, viewer))}
${found.length === 0 ? lists(type) : unfold('Who comes, what comes, when', lists(type), { id: `${id}-lists` })}`,
    foot: html`${only ? installationButtons(now, only, viewer) : installFoot(now, type, found, viewer)}`
  })
}

/** One of several installations, with its own buttons. */
function block(desk: Desk, now: IntegrationNow, one: InstallationNow, several: boolean, viewer: Viewer): Html {
  const account = now.accounts.get(one.view.connectionId)
  return html`<section class="installation stack-s">
<div class="between">${several && account ? html`<h3>${name(account.name)}</h3>` : ''}${stateOf(one, desk.now(), false)}</div>
${below(desk, one)}
<div class="actions">${installationButtons(now, one, viewer)}</div>
</section>`
}

/** What there is to say of it, below its state. */
function below(desk: Desk, { view, syncing }: InstallationNow): Content {
  const now = desk.now()
  const { status, counts, lastRun, nextRunAt, currentRun, statusReason } = view
  const here = plural(counts.active, 'client')
  const sentence = html`<p class="small quiet">${here} here${lastRun?.endedAt && html`, last sync ${time(lastRun.endedAt, now)}`}${nextRunAt && status === 'running' && !syncing && html`, next ${time(nextRunAt, now)}`}</p>`
  const bar =
    currentRun &&
    html`<div class="stack-s">${progress('The sync under way', currentRun.progress.read, currentRun.progress.expected)}
<p class="small quiet number">read ${count(currentRun.progress.read)}${currentRun.progress.expected !== null && ` of about ${count(currentRun.progress.expected)}`}. You may leave this page: the sync goes on without it.</p></div>`
  return html`${sentence}${bar}${told(view, statusReason, desk)}`
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

/** To install: over a saved account where there is one, which needs nothing typed. */
function installFoot(now: IntegrationNow, type: SyncType, found: readonly InstallationNow[], viewer: Viewer): Content {
  if (!viewer.mayUpdate) return html`<span class="small quiet">Not installed</span>`
  const used = new Set(found.map(({ view }) => view.connectionId))
  const free = [...now.accounts.values()].filter(({ id }) => !used.has(id))
  const others = type.recommends
    .map(other => now.described.syncTypes.find(({ name }) => name === other))
    .filter(other => other && !other.installation)
  const well = others.length > 0 && `Goes well with ${others.map(other => other!.title).join(', ')}`
  const action = `${path.integration(now.connector.name)}/install`
  return html`<span class="small quiet">${found.length === 0 && well}</span><span class="actions">
${free.map(account => installForm(action, type.name, viewer.csrf, account, free.length > 1 || found.length > 0))}
${installForm(action, type.name, viewer.csrf, null, free.length > 0 || found.length > 0)}
</span>`
}

function installForm(action: string, syncType: string, csrf: string, account: Account | null, named: boolean): Html {
  const kind = account !== null || !named ? 'main' : 'plain'
  const label =
    account === null
      ? named
        ? 'With another account'
        : 'Install'
      : named
        ? html`Install for ${name(account.name)}`
        : 'Install'
  return html`<form method="post" action="${action}">${hidden({ _csrf: csrf, syncType, connection: account?.id ?? '' })}${button(label, { kind })}</form>`
}
