import { errors } from '../../errors.ts'
import type { Lease } from '../port.ts'
import type { Collections } from './documents.ts'

/** Throws HOST_ERR_LEASE_LOST if a majority of the store knows another token than the lease's. */
export async function requireHeld({ installations }: Collections, lease: Lease): Promise<void> {
  const held = await installations.findOne(
    { _id: { $eq: lease.installationId }, tenant: { $eq: lease.tenant } },
    { projection: { token: 1 } }
  )
  if (held?.token !== lease.token) throw new errors.HOST_ERR_LEASE_LOST(String(lease.token))
}

/** What `fenced` works for: whether it compares the token itself as its last step. */
export interface Fenced<T> {
  readonly work: () => Promise<{ readonly result: T; readonly hasCompared: boolean }>
  readonly takeBack: () => Promise<unknown>
}

/**
 * Runs work that adds documents. An update compares the token with the one stored beside it; what is added has
 * nothing to compare with, and a host that was frozen between the check and the write would leave it behind after a
 * takeover or an erasure. So the token is compared again afterwards, and what came too late is taken back.
 */
export async function fenced<T>(collections: Collections, lease: Lease, { work, takeBack }: Fenced<T>): Promise<T> {
  await requireHeld(collections, lease)
  try {
    const { result, hasCompared } = await work()
    if (!hasCompared) await requireHeld(collections, lease)
    return result
  } catch (error) {
    if (error instanceof errors.HOST_ERR_LEASE_LOST) await takeBack()
    throw error
  }
}
