import { execFileSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { freshUrl, needsStore } from '../plugins/storage/mongodb/database.ts'
import { busyMachineMs, openFleet } from './fleet.ts'
import { install, runAll, settle } from './installed.ts'
import { overlaps, watchVendors } from './vendor-calls.ts'
import { startVendors } from './vendors.ts'
import { isWhole } from './wholeness.ts'

const root = join(import.meta.dirname, '../..')
const git = (...words: string[]) => execFileSync('git', words, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] })

/** The commit before this one; undefined where there is no history. */
function previousCommit(): string | undefined {
  try {
    return git('rev-parse', '--verify', 'HEAD^1^{commit}').toString().trim()
  } catch {
    return undefined
  }
}

/** A checkout of the commit that runs with the packages of this one. */
function checkOut(t: Test, commit: string): string {
  const folder = t.testdir()
  const archive = execFileSync('git', ['archive', commit], { cwd: root, maxBuffer: 256 * 1024 * 1024 })
  execFileSync('tar', ['-x', '-C', folder], { input: archive })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

const previous = previousCommit()
const needsHistory = previous === undefined ? { skip: 'no commit before this one is at hand' } : needsStore

t.setTimeout(busyMachineMs)

t.test('a host of the previous commit and one of this run side by side on one store', needsHistory, async t => {
  const calls = watchVendors(t)
  const vendors = await startVendors(t, 4, 40)
  const fleet = openFleet(t, freshUrl(t), vendors, { SYNC_CONCURRENCY: '2' })
  const older = await fleet.start('older', { root: checkOut(t, previous!) })
  const newer = await fleet.start('newer')
  const hosts = [older, newer]
  const installed = await Promise.all(
    vendors.map((vendor, index) => install(hosts[index % 2]!, `tenant-${index}`, vendor))
  )
  await settle(older, installed)
  for (const vendor of vendors) vendor.updateCompany(11, { name: 'Changed during the upgrade' })
  await runAll(older, installed, 'sync')
  await runAll(newer, installed, 'compare')
  for (const host of hosts) t.ok(calls.from(host).length > 0, `${host.name} has taken part`)
  for (const [index, vendor] of vendors.entries()) {
    for (const host of hosts) await isWhole(t, host, installed[index]!, vendor)
  }
  t.strictSame(overlaps(calls.all), [])

  // The older one is stopped, and what it had goes on.
  t.equal(await older.end(), 0)
  await runAll(newer, installed, 'sync')
  t.equal(await newer.end(), 0)
  for (const host of hosts)
    t.strictSame(
      host.logged().filter(({ level }) => level >= 50),
      [],
      `${host.name} met no error`
    )
})
