import { errors } from '../errors.ts'
import type { Store } from '../storage/port.ts'

const attempts = 5

/**
 * A person erases one client that the vendor no longer has, with its agreements, what waits of it and what was seen of
 * it. Throws HOST_ERR_NOT_FOUND, HOST_ERR_CLIENT_NOT_GONE, and HOST_ERR_CONFLICT when runs were faster each time.
 */
export async function eraseClient({ clients }: Pick<Store, 'clients'>, tenant: string, id: string): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const client = await clients.get(tenant, id)
    if (!client) throw new errors.HOST_ERR_NOT_FOUND('client')
    if (client.status !== 'gone') throw new errors.HOST_ERR_CLIENT_NOT_GONE(client.status)
    if (await clients.tryErase(tenant, id, client.rev)) return
  }
  throw new errors.HOST_ERR_CONFLICT()
}
