/** Autotask from the web console: nothing of it knows the vendor. */
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import connector from '../../../connectors/autotask/index.ts'
import { demoAccount, startAutotask } from '../../doubles/autotask/index.ts'
import { type Browser, buildConsoleHost } from '../../plugins/console/console-host.ts'
import { credentialsFor } from './instance.ts'

async function until(browser: Browser, url: string, words: RegExp): Promise<string> {
  for (const end = performance.now() + 120_000; ; ) {
    const { text } = await browser.get(url)
    if (words.test(text) || performance.now() > end) return text
    await sleep(25)
  }
}

t.test('it is checked, previewed, installed and set', async t => {
  const vendor = await startAutotask({ account: demoAccount(1, 60) })
  t.teardown(() => vendor.close())
  const env = { OUTBOUND_ALLOW: vendor.url, CALLS_READ: '0' }
  const { signIn, host } = await buildConsoleHost(t, { connectors: [connector], env })
  const alex = await signIn()
  t.match((await alex.get('/console/integrations')).text, /Autotask PSA/)
  const { headers } = await alex.post('/console/integrations/autotask/install', {
    syncType: 'active-contracts',
    connection: ''
  })
  const draft: string = headers.location
  const form = (await alex.get(draft)).text
  for (const words of [/Username \(Key\)/, /Tracking Identifier/, /role="img"/]) t.match(form, words)
  await alex.post(draft, credentialsFor(vendor))
  t.match(await until(alex, `${draft}/checks`, /The connection works/), /Contracts can be read/)
  await alex.post(`${draft}/preview`)
  t.match(await until(alex, `${draft}/preview`, /would come/), /would come/)
  await alex.post(`${draft}/install`)
  const [installation] = (await host.store.installations.list('acme', {}, { limit: 1, cursor: null })).items
  const settings = `/console/installations/${installation!.id}/settings`
  const asked = (await alex.get(settings)).text
  t.match(asked, /One of: current, listed\./)
  t.notMatch(asked, /One of: active, primary/, 'what another sync type looks at is not asked for')
  const chosen = { types: 'Customer\nProspect', contacts: 'active', contracts: 'listed' }
  t.equal((await alex.post(settings, chosen)).status, 303)
  t.strictSame((await host.store.installations.get('acme', installation!.id))!.settings, {
    types: ['Customer', 'Prospect'],
    contacts: 'active',
    contracts: 'listed'
  })
  t.equal((await alex.post(settings, { ...chosen, contracts: 'some' })).status, 422)
  t.match((await alex.post(settings, { ...chosen, types: 'Custmer' })).text, /no company type named/)
})
