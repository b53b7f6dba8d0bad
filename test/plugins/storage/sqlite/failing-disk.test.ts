import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { openSqliteStore } from '../../../../plugins/storage/sqlite/open.ts'

const library = join(t.testdir(), 'failing-syncs.so')
const source = join(import.meta.dirname, 'failing-syncs.c')
const compiled = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'])
const skip = compiled.status === 0 ? false : 'no C compiler for a library that fails syncs'

/** A sync of SQLite's fails in half of the cases, as with libfiu. */
const rounds = 10
const acknowledgedPages = 12

t.test(
  'fault 28: of a disk that fails half of its syncs no acknowledged page is lost, and none is there by half',
  {
    skip
  },
  async t => {
    let refused = 0
    for (let round = 0; round < rounds; round++) {
      const folder = t.testdir()
      const url = `file:${join(folder, 'store.db')}`
      const armed = join(folder, 'armed')
      const writer = spawn(process.execPath, [join(import.meta.dirname, 'persistent-writer.ts'), url, armed], {
        env: { ...process.env, LD_PRELOAD: library, FAILING_SYNCS: armed },
        stdio: ['ignore', 'pipe', 'inherit']
      })
      const acknowledged = new Set<number>()
      for await (const line of createInterface(writer.stdout)) {
        const [what, page] = line.split(' ')
        if (what === 'refused') refused++
        else acknowledged.add(Number(page))
        if (acknowledged.size === acknowledgedPages) writer.kill('SIGKILL')
      }
      if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit')
      t.equal(writer.signalCode, 'SIGKILL')

      const sqlite = new DatabaseSync(join(folder, 'store.db'))
      t.match(sqlite.prepare('PRAGMA integrity_check').get(), { integrity_check: 'ok' })
      sqlite.close()
      const store = await openSqliteStore({ url })
      for (let page = 0; page <= Math.max(...acknowledged) + 1; page++) {
        const ids = Array.from({ length: 50 }, (_, at) => String(page * 50 + at))
        const { length } = await store.clients.load('con_writer', ids)
        if (acknowledged.has(page)) t.equal(length, 50, `page ${page} was acknowledged`)
        else t.ok(length === 0 || length === 50, `page ${page} is whole or not there`)
      }
      await store.close()
    }
    t.ok(refused > rounds, `${refused} writes were refused`)
  }
)
