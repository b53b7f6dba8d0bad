/** Installations with something held, written through the port: no run touches them, as the test holds the lease. */
import type { Hold, Lease, LossRow, Store } from '../../../../plugins/storage/port.ts'
import {
  at,
  leased,
  lossItem,
  lossOf,
  partOf,
  put,
  putLosses,
  recordOf
} from '../../../conformance/storage/fixtures.ts'

export const hold: Hold = {
  revision: 1_700_000_000_000,
  since: at(),
  kinds: { emails: { held: 2, of: 3 }, agreements: { held: 1, of: 4 } },
  clients: 2,
  decision: null
}

const agreement = lossItem('agreements', {
  key: 'agreement:7',
  was: 'Gold',
  to: null,
  reason: 'Not listed any more: agreement 7',
  amount: { sum: 'USD/Monthly', value: '10.00' }
})

/** Two clients that would lose e-mail addresses, one of them an agreement too; a third of which nothing is held. */
export async function heldInstallation(store: Store, tenant = 'acme'): Promise<{ lease: Lease; rows: LossRow[] }> {
  const lease = await leased(store, { tenant })
  const rows = [
    lossOf(lease, '1', { state: 'held', items: [lossItem('emails', { values: ['info@example.com'] }), agreement] }),
    lossOf(lease, '2', { state: 'held' })
  ]
  const staged = lossOf(lease, '3')
  const of = (externalId: string, open: string[]) =>
    recordOf(lease, externalId, { tenant, parts: [partOf(lease, { open })] })
  await put(store, lease, [of('1', ['emails', 'agreement:7']), of('2', ['emails']), of('3', ['emails'])])
  await putLosses(store, lease, [...rows, staged])
  await store.leases.commit(lease, { hold })
  return { lease, rows }
}
