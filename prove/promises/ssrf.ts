import { createServer, type Server, type Socket } from 'node:net'
import { hosts, literals, urls } from '../../test/plugins/outbound/ssrf-payloads.ts'
import type { ProvedPromise } from '../promise.ts'
import { openGround } from '../proving-ground.ts'

/** Ports that an attacker would try on this machine, as far as they are free. */
const ports = [80, 443, 8080, 8443, 6379, 11_211]

export default {
  promise: 'no address that a tenant types makes the host send a byte to this machine or a private network',

  async prove({ long, say }) {
    await using ground = await openGround()
    const { vendor } = ground
    const reached: string[] = []
    const canaries = await Promise.all(ports.map(port => canary(port, reached)))
    const failures: string[] = []
    const spelled = [...literals, ...hosts].flatMap(host => [`http://${host}/`, `https://${host}:8443/v4_6_release/`])
    const tried = long ? [...spelled, ...urls] : [...spelled, ...urls].filter((_, n) => n % 4 === 0)
    const words = new Set<string>()
    for (const domain of tried) {
      const credentials = {
        username: 'co+fakepublickey01',
        password: 'fakeprivatekey01',
        domain,
        apiVersion: '',
        clientId: fakeId
      }
      const { status, body } = await ground.call('acme', 'POST', '/v1/integrations/connectwise/validate', {
        credentials
      })
      if (status === 200 && body.valid) failures.push(`${JSON.stringify(domain)} was accepted`)
      else if (status >= 500) failures.push(`${JSON.stringify(domain)} is answered ${status}`)
      else for (const { message } of body?.problems ?? []) words.add(String(message).replaceAll(domain, '…'))
      if (reached.length > 0) failures.push(`${JSON.stringify(domain)} reached ${reached.splice(0).join(', ')}`)
    }
    say(`${tried.length} addresses as Domain; ${words.size} different refusals`)

    // The vendor itself sends the host elsewhere.
    for (const location of [
      'http://127.0.0.1:8080/',
      '//127.0.0.1/',
      `${vendor.url}/elsewhere`,
      'https://169.254.169.254/'
    ]) {
      const spell = vendor.fail({ kind: 'status', status: 302, headers: { location }, path: '' } as never)
      const credentials = { ...good, domain: vendor.url }
      await ground.call('acme', 'POST', '/v1/integrations/connectwise/validate', { credentials })
      spell.clear()
      if (reached.length > 0) failures.push(`a redirect to ${location} was followed`)
      reached.length = 0
    }
    await Promise.all(canaries.map(one => one && new Promise(resolve => one.close(resolve))))
    return {
      figure: `${tried.length} addresses and 4 redirects, ${failures.length} bytes or connections too many`,
      failures
    }
  }
} satisfies ProvedPromise

const fakeId = '01234567-89ab-cdef-0123-456789abcdef'
const good = { username: 'co+fakepublickey01', password: 'fakeprivatekey01', apiVersion: '', clientId: fakeId }

/** Tells of every connection; null where the port is another program's. */
function canary(port: number, reached: string[]): Promise<Server | null> {
  return new Promise(resolve => {
    const server = createServer((socket: Socket) => {
      reached.push(`port ${port}`)
      socket.destroy()
    })
    server.on('error', () => resolve(null))
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}
