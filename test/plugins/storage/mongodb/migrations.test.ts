import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { type Migration, migrate, migrations } from '../../../../plugins/storage/mongodb/migrations.ts'
import { freshUrl, needsStore, withClient } from './database.ts'

t.test('each step is taken once, in order, by whichever of three hosts is first', needsStore, async t => {
  const url = freshUrl(t)
  const taken: string[] = []
  const step =
    (name: string): Migration =>
    async () => {
      taken.push(`${name} begins`)
      await sleep(100)
      taken.push(`${name} ends`)
    }
  const steps = [...migrations, step('two'), step('three')]
  await Promise.all([1, 2, 3].map(() => withClient(url, client => migrate(client.db(), steps))))
  t.same(taken, ['two begins', 'two ends', 'three begins', 'three ends'])
})

t.test('a step that fails leaves the number before it and is taken again at the next start', needsStore, async t => {
  const url = freshUrl(t)
  let broken = true
  const steps: Migration[] = [
    ...migrations,
    async db => {
      await db.collection('meta').updateOne({ _id: 'half' as any }, { $set: { value: 'done' } }, { upsert: true })
      if (broken) throw new Error('cut in the middle')
    }
  ]
  const version = () =>
    withClient(url, async client => (await client.db().collection('schema').find().toArray()).map(row => row.version))
  await t.rejects(
    withClient(url, client => migrate(client.db(), steps)),
    { message: 'cut in the middle' }
  )
  t.same(await version(), [migrations.length], 'and no lock')
  broken = false
  await withClient(url, client => migrate(client.db(), steps))
  t.same(await version(), [migrations.length + 1])
})
