import type { Viewer } from '../frame.ts'
import { type Content, type Html, html } from '../html.ts'
import type { InstallationNow } from '../installation-now.ts'
import type { IntegrationNow } from '../integration-now.ts'
import { linkButton, postButton } from '../parts/button.ts'
import { icon } from '../parts/icon.ts'
import { path } from '../paths.ts'

/** What can be done with an installation now, the likeliest first; the rest is in a menu. */
export function installationButtons(now: IntegrationNow, { view, syncing }: InstallationNow, viewer: Viewer): Content {
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
  switch (view.status) {
    case 'running':
      return html`<span class="actions">${syncing ? post('Stop', 'stop') : [post('Sync now', 'sync', true), post('Stop', 'stop')]}</span>${menu(now, view, viewer)}`
    case 'stopped':
      return html`<span class="actions">${post('Start', 'start', true)}${runs}</span>${menu(now, view, viewer)}`
    case 'needs-attention':
      return html`<span class="actions">${linkButton('Put it right', path.connection(view.connectionId), { small: true, kind: 'main' })}${post('Start', 'start')}${post('Stop', 'stop')}</span>${menu(now, view, viewer)}`
    case 'awaiting-approval':
      return html`<span class="actions">${linkButton('See what would go', `${base}/losses`, { small: true, kind: 'main' })}${post('Stop', 'stop')}</span>${menu(now, view, viewer)}`
    case 'erasing':
      return null
    case 'uninstalled':
      return html`<span class="actions">${post('Reinstall', 'reinstall', true)}${linkButton('Erase', `${base}/erase`, { small: true, kind: 'danger', dialog: true })}</span>`
  }
}

function menu({ connector }: IntegrationNow, view: InstallationNow['view'], viewer: Viewer): Html {
  const base = path.installation(view.id)
  const compare = view.status === 'running' || view.status === 'needs-attention' || view.status === 'awaiting-approval'
  const item = (label: string, href: string) => linkButton(label, href, { small: true, kind: 'plain' })
  return html`<details class="menu" id="${`menu-${view.id}`}">
<summary class="button small icon-only" aria-label="More">${icon('more')}</summary>
<div class="menu-items">
${compare && postButton('Compare everything', { action: `${base}/compare`, csrf: viewer.csrf }, { small: true, kind: 'plain' })}
${item('See its runs', `${path.runs}?installation=${encodeURIComponent(view.id)}`)}
${item('Schedule', `${base}/schedule`)}
${Object.keys(connector.settings.properties).length > 0 && item('Who counts', `${base}/settings`)}
${linkButton('Uninstall', `${base}/uninstall`, { small: true, kind: 'plain', dialog: true })}
${linkButton('Erase', `${base}/erase`, { small: true, kind: 'danger', dialog: true })}
</div>
</details>`
}
