/** One tenant that asks a host for all it can get until it is ended: argv is the host's origin and the vendor's. */
import { setTimeout as sleep } from 'node:timers/promises'
import { proversToken } from './proving-ground.ts'

const [origin = '', domain = ''] = process.argv.slice(2)
const headers = { authorization: await proversToken('loud'), 'content-type': 'application/json' }
const credentials = {
  username: 'company+fakepublickey01',
  password: 'fakeprivatekey01',
  domain,
  apiVersion: '',
  clientId: '01234567-89ab-cdef-0123-456789abcdef'
}
const body = JSON.stringify({ credentials })

async function loop(method: string, path: string): Promise<never> {
  for (;;) {
    const answer = await fetch(origin + path, { method, headers, ...(method === 'POST' && { body }) }).catch(() => null)
    await answer?.arrayBuffer().catch(() => null)
    // Told to come back, it comes back much sooner than it was told.
    await sleep(answer?.status === 429 ? 50 : 0)
  }
}

for (let n = 0; n < 12; n++) void loop('POST', '/v1/integrations/connectwise/validate')
for (let n = 0; n < 8; n++) void loop('GET', '/v1/clients?limit=5')
console.log('flooding')
