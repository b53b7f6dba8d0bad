import type { Viewer } from '../frame.ts'
import { type Content, type Html, html } from '../html.ts'
import type { InstallationNow } from '../installation-now.ts'
import type { IntegrationNow } from '../integration-now.ts'
import { linkButton, postButton } from '../parts/button.ts'
import { icon } from '../parts/icon.ts'
import { path } from '../paths.ts'

export const anotherAccount = 'Install for another account'

/**
 * What can be done with an installation now, the likeliest first; the rest is in a menu.
 * `alone`: it has a card of its own, so that one button leads and the menu offers another account too.
 */
export function installationButtons(
  now: IntegrationNow,
  { view, syncing }: InstallationNow,
  viewer: Viewer,
  alone: boolean
): Content {
  const base = path.installation(view.id)
  const runs = linkButton('See its runs', `${path.runs}?installation=${encodeURIComponent(view.id)}`, {
    small: true,
    kind: 'plain'
  })
  if (!viewer.mayUpdate) return html`<span class="actions">${runs}</span>`
  const post = (label: string, action: string, main = false) =>
    postButton(
      label,
      { action: `${base}/${action}`, csrf: viewer.csrf },
      { small: true, ...(main && { kind: 'main' }) }
    )
  const main = alone && ({ kind: 'main' } as const)
  switch (view.status) {
    case 'running':
      return html`<span class="actions">${syncing ? post('Stop', 'stop') : [post('Sync now', 'sync', alone), post('Stop', 'stop')]}</span>${menu(now, view, viewer, alone)}`
    case 'stopped':
      return html`<span class="actions">${post('Start', 'start', alone)}${runs}</span>${menu(now, view, viewer, alone)}`
    case 'needs-attention':
      return html`<span class="actions">${linkButton('Put it right', path.connection(view.connectionId), { small: true, ...main })}${post('Start', 'start')}${post('Stop', 'stop')}</span>${menu(now, view, viewer, alone)}`
    case 'awaiting-approval':
      return html`<span class="actions">${linkButton('See what would go', `${base}/losses`, { small: true, ...main })}${post('Stop', 'stop')}</span>${menu(now, view, viewer, alone)}`
    case 'erasing':
      return null
    case 'uninstalled':
      return html`<span class="actions">${post('Reinstall', 'reinstall', alone)}${linkButton('Erase', `${base}/erase`, { small: true, kind: 'danger', dialog: true })}</span>${alone && another(now, view, viewer)}`
  }
}

function another({ connector }: IntegrationNow, { syncType }: InstallationNow['view'], { csrf }: Viewer): Html {
  const action = `${path.integration(connector.name)}/install`
  return postButton(
    anotherAccount,
    { action, csrf, fields: { syncType, connection: '' } },
    { small: true, kind: 'plain' }
  )
}

function menu(now: IntegrationNow, view: InstallationNow['view'], viewer: Viewer, alone: boolean): Html {
  const base = path.installation(view.id)
  const compare = view.status === 'running' || view.status === 'needs-attention' || view.status === 'awaiting-approval'
  const item = (label: string, href: string) => linkButton(label, href, { small: true, kind: 'plain' })
  return html`<details class="menu" id="${`menu-${view.id}`}">
<summary class="button small icon-only" aria-label="More">${icon('more')}</summary>
<div class="menu-items">
${compare && postButton('Compare everything', { action: `${base}/compare`, csrf: viewer.csrf }, { small: true, kind: 'plain' })}
${item('See its runs', `${path.runs}?installation=${encodeURIComponent(view.id)}`)}
${item('Schedule', `${base}/schedule`)}
${Object.keys(now.connector.settings.properties).length > 0 && item('Who counts', `${base}/settings`)}
${alone && another(now, view, viewer)}
${linkButton('Uninstall', `${base}/uninstall`, { small: true, kind: 'plain', dialog: true })}
${linkButton('Erase', `${base}/erase`, { small: true, kind: 'danger', dialog: true })}
</div>
</details>`
}
