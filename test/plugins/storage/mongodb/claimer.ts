/**
 * A host reduced to its claims: `claimer.ts URL OWNER` says when it is there, claims once it is told to, says when it has
 * its first, and once it is told again goes on until nothing is due and sends the ids.
 */
import { once } from 'node:events'
import { openMongoStore } from '../../../../plugins/storage/mongodb/open.ts'

const [url, owner] = process.argv.slice(2) as [string, string]
const store = await openMongoStore({ url })
process.send!('ready')
await once(process, 'message')
const ids = (await store.leases.claimDue(owner, 4, 60_000)).map(claim => claim.lease.installationId)
process.send!('begun')
await once(process, 'message')
for (let empty = 0; empty < 5; ) {
  const claims = await store.leases.claimDue(owner, 4, 60_000)
  if (claims.length === 0) empty++
  ids.push(...claims.map(claim => claim.lease.installationId))
}
process.send!(ids)
await store.close()
process.disconnect()
