import t from 'tap'
import { freshUrl, needsStore, openStore } from '../storage/mongodb/database.ts'
import { holdsWhereverCut, stories } from './crash-stories.ts'
import { openWorkbench } from './workbench.ts'

t.setTimeout(600_000)

for (const name of ['a compare that takes away', 'agreements that move and fall', 'an approval']) {
  t.test(
    `${name}: over MongoDB too a process that ends at any write leaves what a whole run leaves`,
    needsStore,
    async t => {
      const open = async (test: typeof t) =>
        openWorkbench(test, { store: await openStore(test, { url: freshUrl(test) }) })
      const cuts = await holdsWhereverCut(t, stories[name]!, open, 3)
      t.ok(cuts > 3, `${cuts} cuts`)
    }
  )
}
