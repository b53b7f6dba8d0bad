import t from 'tap'
import { needsServer, startServer, storageFolder, withDatabase } from '../plugins/storage/mongodb/database.ts'
import { busyMachineMs, type HostProcess, openFleet, until } from './fleet.ts'
import { install, runAll, settle } from './installed.ts'
import { syncTypeOf, watchVendors } from './vendor-calls.ts'
import { startVendors } from './vendors.ts'
import { isWhole } from './wholeness.ts'

/** A line every few seconds, and the patience that a busy machine needs. */
const soonMs = 60_000
const readiness = (host: HostProcess) => host.call('GET', '/health/ready').then(({ status }) => status)

t.setTimeout(busyMachineMs)

t.test('a store that is killed under two hosts and started again costs nothing but time', needsServer, async t => {
  const calls = watchVendors(t)
  const vendors = await startVendors(t, 4, 150)
  const storage = await storageFolder(t)
  const server = await startServer(t, storage)
  const url = withDatabase(server.url, 'fleet')
  const fleet = openFleet(t, url, vendors, { SYNC_CONCURRENCY: '3' })
  const hosts = await Promise.all([fleet.start('one'), fleet.start('two')])
  const isReading = ({ name }: HostProcess) =>
    calls.all.some(call => call.host === name && syncTypeOf(call) !== undefined)
  const installed = await Promise.all(
    vendors.map((vendor, index) => install(hosts[index % 2]!, `tenant-${index}`, vendor))
  )
  await until(
    () => hosts.every(isReading),
    () => 'both hosts to be reading'
  )

  await server.stop('SIGKILL')
  const away = Date.now()
  const lines = (host: HostProcess) =>
    host.logged().filter(({ msg, time }) => Date.parse(time) > away && msg.startsWith('The store at '))
  await until(
    () => hosts.every(host => lines(host).length >= 3),
    () => 'three lines of each host, though nobody asks',
    soonMs
  )
  t.ok(Date.now() > away + 6000, 'and no more than one every few seconds')
  for (const host of hosts) {
    t.match(lines(host)[0]!.msg, `The store at 127.0.0.1:${server.port} does not answer`)
    t.equal(await readiness(host), 503)
    t.equal((await host.call('GET', '/health/live')).status, 200)
  }
  await startServer(t, storage, server.port)
  await until(
    async () => (await Promise.all(hosts.map(readiness))).every(status => status === 200),
    () => 'the hosts to be ready'
  )
  // The line may be read after the answer.
  await until(
    () => hosts.every(host => lines(host).at(-1)?.msg.includes('answers again')),
    () => 'a line that it answers again'
  )
  await settle(hosts[0]!, installed)
  await runAll(hosts[1]!, installed, 'compare')
  for (const [index, vendor] of vendors.entries()) await isWhole(t, hosts[0]!, installed[index]!, vendor)
})
