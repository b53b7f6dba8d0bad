import type { Connection, ConnectionStore } from '../storage/port.ts'
import type { Keyring } from './keyring.ts'

export interface Rotation {
  readonly rewrapped: number
  /** Removed, or already under the active key when their turn came. */
  readonly skipped: number
  /** Ids of connections that could not be opened, left as they were. */
  readonly failed: readonly string[]
}

/** How often one connection is tried that others change at the same moment. */
const tries = 10

/**
 * Wraps every data key by the active key while hosts go on working. Each connection is one compare-and-set, so it may
 * be cut anywhere and started again: what is done is not listed any more.
 * @param options.batch connections read at once
 * @param options.wrapped told of each connection that was wrapped anew, before the next one is
 */
export async function rotateAll(
  connections: ConnectionStore,
  keyring: Keyring,
  options: {
    readonly batch?: number
    readonly signal?: AbortSignal
    readonly wrapped?: (connection: Connection) => void
  } = {}
): Promise<Rotation> {
  const { batch = 100, signal, wrapped = () => {} } = options
  const ended = { rewrapped: 0, skipped: 0 }
  const failed: string[] = []
  let afterId: string | null = null
  for (;;) {
    const listed: Connection[] = await connections.listNotSealedBy(keyring.activeKeyId, afterId, batch)
    for (const connection of listed) {
      signal?.throwIfAborted()
      try {
        const end = await rewrap(connections, keyring, connection)
        ended[end]++
        if (end === 'rewrapped') wrapped(connection)
      } catch (error) {
        if ((error as { code?: string }).code !== 'HOST_ERR_UNSEAL') throw error
        failed.push(connection.id)
      }
    }
    const last = listed.at(-1)
    if (!last) return { ...ended, failed }
    afterId = last.id
  }
}

async function rewrap(
  connections: ConnectionStore,
  keyring: Keyring,
  listed: Connection
): Promise<'rewrapped' | 'skipped'> {
  let current: Connection | null = listed
  for (let number = 0; number < tries; number++) {
    if (!current || current.sealed.kek === keyring.activeKeyId) return 'skipped'
    const sealed = keyring.rewrap({ tenant: current.tenant, connectionId: current.id }, current.sealed)
    if (await connections.tryUpdate(current.tenant, current.id, current.rev, { sealed })) return 'rewrapped'
    current = await connections.get(listed.tenant, listed.id)
  }
  return 'skipped'
}
