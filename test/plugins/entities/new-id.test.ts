import t from 'tap'
import { newId } from '../../../plugins/entities/new-id.ts'

t.test('ids sort by time as text, also those of one millisecond in the order they were made', async t => {
  const now = Date.now()
  const made = Array.from({ length: 1000 }, () => newId('run', now))
  t.same(made.toSorted(), made)
  t.equal(new Set(made).size, 1000)
  t.ok(newId('run', now + 3_600_000) > made.at(-1)!)
})

t.test('an id is its prefix, ten characters of time and sixteen of chance', async t => {
  for (const prefix of ['con', 'ins', 'run'] as const)
    t.match(newId(prefix), new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`))
  const chance = new Set(Array.from({ length: 1000 }, () => newId('con').slice(14)))
  t.equal(chance.size, 1000)
})
