/** A host reduced to its claims: `claimer.ts URL OWNER` claims until nothing is due and sends the ids. */
import { openMongoStore } from '../../../../plugins/storage/mongodb/open.ts'

const [url, owner] = process.argv.slice(2) as [string, string]
const store = await openMongoStore({ url })
const ids: string[] = []
for (let empty = 0; empty < 5; ) {
  const claims = await store.leases.claimDue(owner, 4, 60_000)
  if (claims.length === 0) empty++
  ids.push(...claims.map(claim => claim.lease.installationId))
}
process.send!(ids)
await store.close()
process.disconnect()
