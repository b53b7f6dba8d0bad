import t from 'tap'
import { holdsWhereverCut, stories } from './crash-stories.ts'
import { openWorkbench } from './workbench.ts'

t.setTimeout(600_000)

for (const [name, story] of Object.entries(stories)) {
  t.test(`${name}: a process that ends at any write leaves what a whole run leaves, told once`, async t => {
    const cuts = await holdsWhereverCut(t, story, openWorkbench)
    t.ok(cuts > 10, `${cuts} cuts`)
  })
}
