import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { clientsStored } from '../vendors/as-stored.ts'
import { kinds } from '../vendors/every.ts'
import { startHostProcess } from './host-process.ts'
import { environment, installOver } from './whole-host.ts'

const root = join(import.meta.dirname, '../..')

/** The command of docs/operate.md, over these files. */
function backUp(from: string, to: string): void {
  const [, script] = /^npx node -e '(.+)' data\/host\.db backup\.db$/m.exec(
    readFileSync(join(root, 'docs/operate.md'), 'utf8')
  )!
  execFileSync(process.execPath, ['-e', script!, from, to])
}

for (const kind of kinds)
  t.test(
    `fault 32, ${kind.title}: a copy taken in mid-run opens with all that was there, and goes on from it`,
    async t => {
      const vendor = await kind.start(t, { account: { big: 1500 } })
      const folder = t.testdir({ data: {}, restored: {} })
      const [dataDir, restored] = [join(folder, 'data'), join(folder, 'restored')]
      const silence = vendor.fail({
        kind: 'hang',
        endpoint: kind.endpoints.companies,
        operation: 'list',
        pageSizeFrom: kind.fullPage,
        after: 1,
        times: 1
      })
      const former = startHostProcess(t, { ...environment(dataDir, vendor.allow), LEASE_TTL: '6s' })
      const before = await former.listening()
      const { id } = await installOver(before, vendor, [kind.customers])
      const { currentRun } = await before.until(
        `/v1/installations/${id}`,
        ({ currentRun }) => currentRun && silence.hits === 1
      )
      let told = await clientsStored(before)
      while (told.length === 0) told = await clientsStored(before)
      // Another tenant's first sync writes while the copy is taken.
      const busy = installOver(before, vendor, [kind.customers], 'other')
      backUp(join(dataDir, 'host.db'), join(restored, 'host.db'))
      await busy
      former.child.kill('SIGTERM')
      await former.ended()
      vendor.people.rename(vendor.oracle.customers()[0]!.externalId, 'Renamed after the copy')

      for (const name of ['encryption-keys', 'auth-secret'])
        if (existsSync(join(dataDir, name))) copyFileSync(join(dataDir, name), join(restored, name))
      const host = await startHostProcess(t, { ...environment(restored, vendor.allow), LEASE_TTL: '6s' }).listening()
      const found = new Map((await clientsStored(host)).map(client => [client.externalId, client]))
      t.ok(told.length > 0, `${told.length} were there`)
      t.strictSame(
        told.filter(client => found.get(client.externalId)?.name !== client.name),
        [],
        'whatever was told before the copy is in it'
      )
      const { lastRun } = await host.until(`/v1/installations/${id}`, ({ lastRun }) => lastRun?.status === 'succeeded')
      t.match(lastRun, { mode: 'full', continues: currentRun.id })
      t.match(await host.run(id, 'compare'), { status: 'succeeded', took: {} })
      const clients = await clientsStored(host)
      t.equal(clients.length, vendor.oracle.customers().length)
      t.ok(clients.some(({ name }) => name === 'Renamed after the copy'))
    }
  )
