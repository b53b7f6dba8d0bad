import type { Host } from '../host.ts'

/**
 * A person wants it tried now, whatever the vendor has refused before: the next run may, and finds out whether the
 * trouble is over. Without this an account that refuses, or that its vendor locks, is left alone. To be said before the
 * installation is due: a run that begins in between would go to sleep for what was known until then.
 */
export async function retryNow(host: Pick<Host, 'store'>, tenant: string, connectionId: string): Promise<void> {
  const connection = await host.store.connections.get(tenant, connectionId)
  if (!connection?.trouble) return
  const trouble = { ...connection.trouble, retryAt: new Date().toISOString() }
  await host.store.connections.note(tenant, connectionId, { trouble })
}
