import { openMongoStore } from '../../../../plugins/storage/mongodb/open.ts'
import { storageSuite } from '../../../conformance/storage-suite.ts'
import { freshUrl, openStore, storeIsThere, tellSkip } from './database.ts'

if (!storeIsThere) tellSkip()
else {
  storageSuite({
    name: 'MongoDB',
    open: async t => {
      const url = freshUrl(t)
      const store = await openStore(t, { url })
      return {
        store,
        reopen: async () => {
          await store.close()
          return openStore(t, { url })
        },
        second: async () => {
          const second = await openMongoStore({ url })
          t.teardown(() => second.close())
          return second
        }
      }
    }
  })
}
