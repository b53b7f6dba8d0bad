import t from 'tap'
import { demoAccount } from '../doubles/connectwise/index.ts'
import { freshUrl, needsStore } from '../plugins/storage/mongodb/database.ts'
import { busyMachineMs, openFleet } from './fleet.ts'
import { install, settle } from './installed.ts'
import { syncTypeOf, watchVendors } from './vendor-calls.ts'
import { startVendor } from './vendors.ts'
import { isWhole } from './wholeness.ts'

const promisedMs = 20_000
/** A busy machine may not notice at once; a lease counted twice would be half a minute. */
const unnoticedMs = 6000

t.setTimeout(busyMachineMs)

t.test('at the default lease another host goes on within 20 s of a kill', needsStore, async t => {
  const calls = watchVendors(t)
  const vendor = await startVendor(t, { account: demoAccount(1, 40), latencyMs: 100 })
  const fleet = openFleet(t, freshUrl(t), [vendor], { LEASE_TTL: '15s' })
  const [killed, other] = await Promise.all([fleet.start('killed'), fleet.start('other')])
  const nextOf = (name: string) => calls.next(call => call.host === name && syncTypeOf(call) !== undefined)
  // The other host must not be the one that claims.
  other.signal('SIGSTOP')
  const begun = nextOf('killed')
  const installed = await install(killed, 'acme', vendor, ['active-customers'])
  await begun
  killed.signal('SIGKILL')
  const killedAt = performance.now()
  other.signal('SIGCONT')
  const { at } = await nextOf('other')
  t.comment(`taken over ${((at - killedAt) / 1000).toFixed(1)} s after the kill`)
  t.ok(at - killedAt <= promisedMs + unnoticedMs, `${at - killedAt} ms`)
  await settle(other, [installed])
  await isWhole(t, other, installed, vendor)
})
