import { hash } from 'node:crypto'
import type { SyncType } from '../connector/contract.ts'

/** 120 bits of the pair's hash. */
function derivedId(prefix: string, connectionId: string, externalId: string): string {
  return `${prefix}_${hash('sha256', `${connectionId}\n${externalId}`, 'base64url').slice(0, 20)}`
}

/**
 * The same client gets the same id whichever sync type writes first. Ids of one connection sort as the vendor orders
 * its own, so that a first sync adds to the end of the store's indexes instead of all over them.
 */
export function clientIdOf(connectionId: string, sortKey: string): string {
  const plain = /^[A-Za-z0-9._-]{1,60}$/.test(sortKey)
  if (!plain) return derivedId('cli', connectionId, sortKey)
  if (last?.connectionId !== connectionId) last = { connectionId, prefix: prefixOf(connectionId) }
  return last.prefix + sortKey
}

/** The records of a page are all of one connection. */
let last: { readonly connectionId: string; readonly prefix: string } | undefined

function prefixOf(connectionId: string): string {
  return `cli_${hash('sha256', connectionId, 'base64url').slice(0, 16)}_`
}

/** Text that sorts as the vendor orders its ids: numbers get their length in front. */
export function sortKeyOf(order: SyncType['idOrder'], id: string): string {
  return order === 'numeric' ? `${String(id.length).padStart(2, '0')}${id}` : id
}

export function agreementIdOf(connectionId: string, externalId: string): string {
  return derivedId('agr', connectionId, externalId)
}
