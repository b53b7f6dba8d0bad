import { join } from 'node:path'
import { openSqliteStore } from '../../../../plugins/storage/sqlite/open.ts'
import { storageSuite } from '../../../conformance/storage-suite.ts'

storageSuite({
  name: 'SQLite in memory',
  async open(t) {
    const store = await openSqliteStore({ url: ':memory:' })
    t.teardown(() => store.close())
    return { store }
  }
})

storageSuite({
  name: 'SQLite in a file',
  async open(t) {
    const url = `file:${join(t.testdir(), 'store.db')}`
    const connect = async () => {
      const store = await openSqliteStore({ url })
      t.teardown(() => store.close())
      return store
    }
    const store = await connect()
    return {
      store,
      second: connect,
      async reopen() {
        await store.close()
        return connect()
      }
    }
  }
})
