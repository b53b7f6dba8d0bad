import { join } from 'node:path'
import t from 'tap'
import { buildConsoleHost } from './console-host.ts'

const acmeDesk = join(import.meta.dirname, '../../connectors/acme-desk')

t.test('the card of an integration says the level of its connector, and what that means', async t => {
  const { signIn } = await buildConsoleHost(t, { env: { CONNECTORS: acmeDesk } })
  const { text } = await (await signIn()).get('/console/integrations')
  t.match(text, /Acme Desk[\s\S]*Tested: gold<\/span> <span class="small quiet">Even when the other product fails/)
})
