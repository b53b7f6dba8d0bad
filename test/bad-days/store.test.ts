import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { startHostProcess } from './host-process.ts'
import { startVendor } from './vendor.ts'
import { environment, installOver } from './whole-host.ts'

const unopenable: Record<string, (path: string) => void> = {
  'is no database': path => writeFileSync(path, 'This is a letter to a friend, not a database.'.repeat(100)),
  'is cut': path => writeFileSync(path, Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(40)])),
  'is a folder': path => mkdirSync(path)
}
for (const [what, spoil] of Object.entries(unopenable)) {
  t.test(`fault 31: a store file that ${what} stops the start with one line, and stays as it is`, async t => {
    const dataDir = t.testdir()
    const path = join(dataDir, 'host.db')
    spoil(path)
    const before = readdirSync(dataDir)
    const host = startHostProcess(t, environment(dataDir, 'http://127.0.0.1:1'))
    t.match(await host.ended(), { code: 1 })
    const said = host.output().trim().split('\n')
    t.equal(said.length, 1, host.output())
    t.match(said[0], /^HOST_ERR_STORE_OPEN: The store cannot be opened: .*host\.db/)
    t.ok(existsSync(path))
    t.same(
      readdirSync(dataDir).filter(name => name.startsWith('host.db')),
      before
    )
  })
}

/** A file system of its own that only the host sees; needs the right to mount, as root has it. */
const smallDisk = (folder: string, command = 'exec "$@"') => [
  'unshare',
  '--mount',
  'sh',
  '-c',
  `mount -t tmpfs -o size=8m tmpfs '${folder}' && ${command}`,
  'sh'
]
const folder = t.testdir()
const mayMount = spawnSync(smallDisk(folder)[0]!, [...smallDisk(folder).slice(1), 'true']).status === 0

t.test(
  'fault 27: a full disk fails the run cleanly while the host still answers, and space brings it back',
  { skip: mayMount ? false : 'file systems cannot be mounted here' },
  async t => {
    const vendor = await startVendor(t)
    const dataDir = t.testdir()
    const env = { ...environment(dataDir, vendor.url), LEASE_TTL: '6s', ENCRYPTION_KEYS: `k1:${'A'.repeat(43)}=` }
    const host = startHostProcess(t, env, smallDisk(dataDir))
    const caller = await host.listening()
    const { id } = await installOver(caller, vendor)
    await caller.settled(id)

    const disk = `/proc/${host.child.pid}/root${dataDir}`
    for (let size = 1_048_576; size >= 512; size /= 2) {
      for (let serial = 0; ; serial++) {
        const filler = join(disk, `filler-${size}-${serial}`)
        try {
          writeFileSync(filler, Buffer.alloc(size))
        } catch (error) {
          t.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
          break
        }
      }
    }
    for (let number = 0; number < 300; number++) vendor.addCompany({ name: `Late ${number} ${'x'.repeat(500)}` })
    const ready = await caller.call('GET', '/health/ready')
    t.match(ready, { status: 503, body: { code: 'HOST_ERR_STORE_UNAVAILABLE' } }, 'it says that it is not ready')
    t.equal((await caller.call('GET', '/health/live')).status, 200)
    const refused = await caller.call('POST', `/v1/installations/${id}/sync`)
    if (refused.status !== 202) t.match(refused.body, { status: 503, code: 'HOST_ERR_STORE_UNAVAILABLE' })
    await new Promise(resolve => setTimeout(resolve, 3000))
    t.equal(host.child.exitCode, null, 'the process lives')
    t.equal((await caller.all('/v1/clients')).length, 3, 'what was stored is still served')

    for (const name of readdirSync(disk)) if (name.startsWith('filler-')) rmSync(join(disk, name))
    await caller.until(`/v1/installations/${id}`, ({ currentRun }) => !currentRun)
    t.match(await caller.run(id), { status: 'succeeded' })
    const stored = (await caller.all('/v1/clients?status=active')).map(({ sources }) => sources[0].externalId)
    t.same(
      stored.toSorted(),
      vendor.oracle
        .customers()
        .map(({ externalId }) => externalId)
        .toSorted()
    )
    t.match(host.output(), /HOST_ERR_STORE_UNAVAILABLE/)
    t.match(host.output(), /SQLITE_FULL/, 'the log names the cause')
    t.equal((await caller.call('GET', '/health/ready')).status, 200)
  }
)
