import type { Lease } from '../../../../plugins/storage/port.ts'
import type { Desk } from './desk.ts'

/**
 * Brings an installation into a state that no run changes: stopped, which ends the run under way, and wanted running
 * again, due in an hour. The lease is for what the test writes in its name.
 */
export async function atRest({ call, host }: Desk, id: string): Promise<Lease> {
  await call('POST', `/v1/installations/${id}/stop`)
  const { rev } = (await host.store.installations.get('acme', id))!
  const change = { wanted: 'running', dueInMs: 3_600_000, compareDueInMs: 3_600_000 } as const
  const { connectionId, token } = (await host.store.installations.tryUpdate('acme', id, rev, change))!
  return { tenant: 'acme', connectionId, installationId: id, owner: 'test', token }
}
