/** Stop and start, uninstall and reinstall, and the erasure of everything. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Test } from 'tap'
import { bytesOf } from '../../bad-days/whole-host.ts'
import { equalsTheVendor } from '../as-stored.ts'
import { installationUrl, type Story, untilClient } from './story.ts'

/** Longer than a tick of these tests. */
const quietMs = 1500

async function offAndOn(t: Test, story: Story, off: 'stop' | 'uninstall', on: 'start' | 'reinstall'): Promise<void> {
  const { host, vendor, url } = story
  const both = [story.customers, story.agreements]
  const status = off === 'stop' ? 'stopped' : 'uninstalled'
  for (const id of both) {
    await host.until(installationUrl(id), ({ currentRun }) => currentRun === null)
    t.match((await host.call('POST', `${installationUrl(id)}/${off}`)).body, { status, nextRunAt: null })
  }
  const before = [await host.all('/v1/clients'), await host.all('/v1/agreements')]
  const id = vendor.people.addCustomer(`Came While ${status}`)
  vendor.people.rename(vendor.known.customer, `Renamed While ${status}`)
  vendor.resetLog()
  await pause(quietMs)
  t.equal(vendor.requests.length, 0, 'nothing is asked')
  t.strictSame([await host.all('/v1/clients'), await host.all('/v1/agreements')], before, 'nothing is removed')
  const card = (await host.call('GET', url)).body.syncTypes
  for (const [index, one] of both.entries())
    t.match(
      card[index],
      off === 'stop'
        ? { installation: { id: one, status } }
        : { installation: null, installations: [{ id: one, status }] }
    )
  for (const one of both)
    t.match((await host.call('POST', `${installationUrl(one)}/${on}`)).body, { status: 'running' })
  await untilClient(story, id, () => true)
  await untilClient(story, vendor.known.customer, ({ name }) => name === `Renamed While ${status}`)
  for (const one of both) await host.until(installationUrl(one), ({ currentRun, hold }) => !currentRun && hold === null)
  await equalsTheVendor(t, host, vendor)
}

export const stopAndStart = (t: Test, story: Story) => offAndOn(t, story, 'stop', 'start')

/** The keys are kept, so nothing is typed. */
export const uninstallAndReinstall = (t: Test, story: Story) => offAndOn(t, story, 'uninstall', 'reinstall')

export async function erase(t: Test, story: Story): Promise<void> {
  const { host, vendor, url, customers, agreements, connectionId } = story
  t.equal((await host.call('DELETE', installationUrl(customers))).status, 204)
  t.equal((await host.call('GET', installationUrl(customers))).status, 404)
  const left = await host.all(`/v1/clients?externalId=${vendor.known.customer}`)
  t.match(left, [{ name: /./, emails: [], phones: [], websites: [], address: null }], 'what the other one owns stays')
  t.ok(left[0].agreementCount > 0)

  t.equal((await host.call('DELETE', installationUrl(agreements))).status, 204)
  for (const list of ['/v1/connections', '/v1/installations', '/v1/clients', '/v1/agreements'])
    t.strictSame(await host.all(list), [], list)
  t.match((await host.call('GET', url)).body.syncTypes, [{ installations: [] }, { installations: [] }])
  const again = await host.call('POST', `${url}/install`, { connectionId, syncTypes: [vendor.kind.customers] })
  t.equal(again.status, 404, 'and to come back the keys are typed anew')
}

export async function noSecretAnywhere(t: Test, { host, vendor }: Story): Promise<void> {
  const places = { log: host.logged(), answers: host.answered(), files: bytesOf(host.dataDir).toString('latin1') }
  for (const [place, text] of Object.entries(places)) {
    for (const secret of [
      ...vendor.secrets,
      ...Object.values(vendor.wrong).map(({ change }) => change[vendor.secretField])
    ])
      if (secret !== undefined) t.notOk(text.includes(secret), place)
  }
  t.ok(places.log.length > 1000 && places.answers.length > 1000, 'there is something to look through')
}
