import t from 'tap'
import type { Permission } from '../../../../plugins/http/auth.ts'
import { signToken } from '../../../../plugins/http/token.ts'
import { everything, openDesk } from './desk.ts'

const routes: [Permission, 'GET' | 'POST' | 'PATCH' | 'DELETE', string][] = [
  ['integrations:update', 'POST', '/integrations/tallybook/validate'],
  ['integrations:update', 'POST', '/integrations/tallybook/preview'],
  ['integrations:update', 'POST', '/integrations/tallybook/install'],
  ['integrations:read', 'GET', '/integrations/tallybook/explain?connectionId=x&id=1'],
  ['integrations:read', 'GET', '/connections'],
  ['integrations:read', 'GET', '/connections/x'],
  ['integrations:update', 'PATCH', '/connections/x'],
  ['integrations:read', 'GET', '/installations'],
  ['integrations:read', 'GET', '/installations/x'],
  ['integrations:update', 'PATCH', '/installations/x'],
  ['integrations:update', 'DELETE', '/installations/x'],
  ...['stop', 'start', 'sync', 'compare', 'uninstall', 'reinstall', 'approve'].map(
    name => ['integrations:update', 'POST', `/installations/x/${name}`] as [Permission, 'POST', string]
  ),
  ['integrations:read', 'GET', '/installations/x/runs'],
  ['integrations:read', 'GET', '/runs/x'],
  ['integrations:read', 'GET', '/runs/x/rejects'],
  ['clients:read', 'GET', '/clients'],
  ['clients:read', 'GET', '/clients/x'],
  ['clients:read', 'GET', '/agreements']
]

t.test('every route takes its one permission and no other', async t => {
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
    const others = everything.filter(permission => permission !== needed)
    t.equal(await status(method, url, null), 401, `${method} ${url}`)
    t.equal(await status(method, url, others), 403, `${method} ${url}`)
    t.notMatch(String(await status(method, url, [needed])), /^40[13]$|^5/, `${method} ${url}`)
  }
})
