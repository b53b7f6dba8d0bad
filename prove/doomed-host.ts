/** A host that is killed at its n-th call to the store: argv is the folder, the store's URL or "-", n and how. */
import { failingCalls } from './failing.ts'
import { openGround } from './proving-ground.ts'

const [folder = '', storageUrl = '-', nth = '0', failure = 'killed before', vendorUrl = ''] = process.argv.slice(2)
const calls = failingCalls(Number(nth), failure as 'killed before' | 'killed after', () => new Error('not reached'))
const ground = await openGround({
  folder,
  ...(storageUrl !== '-' && { storageUrl }),
  vendor: { url: vendorUrl } as never,
  env: { LEASE_TTL: '1s' },
  wrapStore: store => calls.wrap(store)
})
console.log(`listening on ${ground.origin}`)
