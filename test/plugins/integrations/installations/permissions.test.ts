import t from 'tap'
import type { Permission } from '../../../../plugins/http/auth.ts'
import { signToken } from '../../../../plugins/http/token.ts'
import { everything, openDesk } from './desk.ts'

const routes: [Permission | Permission[], 'GET' | 'POST' | 'PATCH' | 'DELETE', string][] = [
  ['integrations:update', 'POST', '/v1/integrations/tallybook/validate'],
  ['integrations:update', 'POST', '/v1/integrations/tallybook/preview'],
  ['integrations:update', 'POST', '/v1/integrations/tallybook/install'],
  [['integrations:read', 'clients:read'], 'GET', '/v1/integrations/tallybook/explain?connectionId=x&id=1'],
  ['integrations:read', 'GET', '/v1/connections'],
  ['integrations:read', 'GET', '/v1/connections/x'],
  ['integrations:update', 'PATCH', '/v1/connections/x'],
  ['integrations:update', 'POST', '/v1/connections/x/check'],
  ['integrations:update', 'DELETE', '/v1/connections/x'],
  ['integrations:read', 'GET', '/v1/installations'],
  ['integrations:read', 'GET', '/v1/installations/x'],
  ['integrations:update', 'PATCH', '/v1/installations/x'],
  ['integrations:update', 'DELETE', '/v1/installations/x'],
  ...['stop', 'start', 'sync', 'compare', 'uninstall', 'reinstall'].map(
    name => ['integrations:update', 'POST', `/v1/installations/x/${name}`] as [Permission, 'POST', string]
  ),
  [['integrations:read', 'clients:read'], 'GET', '/v1/installations/x/losses'],
  ['integrations:read', 'GET', '/v1/installations/x/runs'],
  ['integrations:read', 'GET', '/v1/runs/x'],
  [['integrations:read', 'clients:read'], 'GET', '/v1/runs/x/rejects'],
  ['clients:read', 'GET', '/v1/clients'],
  ['clients:read', 'GET', '/v1/clients/x'],
  [['integrations:update', 'clients:read'], 'DELETE', '/v1/clients/x'],
  ['clients:read', 'GET', '/v1/agreements']
]

t.test('every route takes its own permissions and no others', async t => {
  const { host } = await openDesk(t)
  const status = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, permissions: string[] | null) => {
    const claims = { sub: 'me', tenant: 'acme', permissions: permissions ?? [], expires: '1h' }
    const headers = permissions ? { authorization: `Bearer ${await signToken(host.config, claims)}` } : {}
    for (;;) {
      const { statusCode } = await host.inject({ method, url, headers })
      if (statusCode !== 503) return statusCode
    }
  }
  for (const [needed, method, url] of routes) {
    t.equal(await status(method, url, null), 401, `${method} ${url}`)
    for (const one of [needed].flat()) {
      const others = everything.filter(permission => permission !== one)
      t.equal(await status(method, url, others), 403, `${method} ${url} without ${one}`)
    }
    t.notMatch(String(await status(method, url, [needed].flat())), /^40[13]$|^5/, `${method} ${url}`)
  }
})
