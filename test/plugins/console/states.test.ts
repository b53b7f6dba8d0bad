import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { connectorPlugin } from '../../../plugins/connector/plugin.ts'
import { signToken } from '../../../plugins/http/auth.ts'
import type { InstallationChange } from '../../../plugins/storage/port.ts'
import { openTallybook, type Tallybook, tallybook, token } from '../integrations/installations/tallybook.ts'
import { buildConsoleHost } from './console-host.ts'

async function openInstalled(t: Test, before: (book: Tallybook) => void = () => {}) {
  const book = await openTallybook(t)
  before(book)
  const env = { OUTBOUND_ALLOW: book.origin, CALLS_READ: '0' }
  const desk = await buildConsoleHost(t, { connectors: [connectorPlugin(tallybook)], env })
  const { host } = desk
  const permissions = ['integrations:read', 'integrations:update', 'clients:read']
  const bearer = await signToken(host.config, { sub: 'me', tenant: 'acme', permissions, expires: '1h' })
  const installed = await host.inject({
    method: 'POST',
    url: '/v1/integrations/tallybook/install',
    headers: { authorization: `Bearer ${bearer}` },
    payload: { credentials: { origin: book.origin, token }, syncTypes: ['people'] }
  })
  const { connectionId, installations } = installed.json()
  const id: string = installations[0].id
  const now = async () => (await host.store.installations.get('acme', id))!
  while ((await now()).lastRunId === null) await sleep(20)
  const alex = await desk.signIn()
  return { ...desk, alex, book, id, connectionId: connectionId as string, now }
}

t.test('a first sync that does not end well says why, and that nobody need stay', async t => {
  const { alex, id } = await openInstalled(t, book => {
    book.listFails = true
  })
  const { text } = await alex.get(`/console/installations/${id}/arrival`)
  t.match(text, 'The first sync did not end well')
  t.match(text, /answered (?:with status )?500/)
  t.match(text, 'It is tried again by itself. You need not stay.')
  t.notMatch(text, 'Everything is here')
})

t.test('each state of an installation has its words and its buttons, and none of another', async t => {
  const { host, alex, id, connectionId, now } = await openInstalled(t)
  const { installations, connections } = host.store
  const states: readonly [string, InstallationChange, RegExp, readonly string[]][] = [
    ['running', { wanted: 'running' }, /Running[\s\S]*last sync/, ['Sync now', 'Stop', 'Uninstall']],
    [
      'stopped',
      { wanted: 'stopped' },
      /Stopped[\s\S]*No new data since[\s\S]*What came before stays\./,
      ['Start', 'Uninstall']
    ],
    [
      'uninstalled',
      { wanted: 'uninstalled' },
      /Uninstalled[\s\S]*Reinstall goes on without typing anything/,
      ['Reinstall', 'Erase']
    ],
    ['erasing', { wanted: 'erasing' }, /Being erased/, []]
  ]
  const all = ['Sync now', 'Stop', 'Start', 'Uninstall', 'Reinstall', 'Erase', 'Put it right']
  const shown = async () => {
    const { text } = await alex.get('/console/integrations/tallybook')
    const card = text.slice(text.indexOf('id="sync-people"'), text.indexOf('id="sync-plans"'))
    const labels = [...card.matchAll(/<(?:button|a) class="button[^>]*>\s*(?:<span[^>]*><\/span>)?([^<]+)</g)]
    return { card, buttons: labels.map(([, label]) => label!.trim()) }
  }
  for (const [name, change, words, buttons] of states) {
    await installations.tryUpdate('acme', id, (await now()).rev, change)
    const { card, buttons: there } = await shown()
    t.match(card, words, name)
    for (const label of buttons) t.ok(there.includes(label), `${name} offers ${label}`)
    const main = all.filter(label => !buttons.includes(label) && label !== 'Erase')
    for (const label of main) t.notOk(there.includes(label), `${name} does not offer ${label}`)
  }

  await installations.tryUpdate('acme', id, (await now()).rev, { wanted: 'running' })
  const since = new Date().toISOString()
  const trouble = {
    code: 'HOST_ERR_CREDENTIALS_REJECTED',
    detail: 'The token is refused.',
    since,
    tries: 1,
    retryAt: null
  }
  await connections.note('acme', connectionId, { trouble })
  const { card, buttons } = await shown()
  t.match(card, /Needs attention[\s\S]*The token is refused\./)
  for (const label of ['Put it right', 'Start', 'Stop']) t.ok(buttons.includes(label), label)
  t.match((await alex.get('/console/integrations')).text, /Needs attention[\s\S]*The token is refused\./)
})
