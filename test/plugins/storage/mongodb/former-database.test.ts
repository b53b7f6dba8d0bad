import t, { type Test } from 'tap'
import { migrate, migrations } from '../../../../plugins/storage/mongodb/migrations.ts'
import { collections } from '../../../../plugins/storage/mongodb/schema.ts'
import type { Store } from '../../../../plugins/storage/port.ts'
import { agreementsAreHeld, clientsAreRead, installationsGoOn, listsAreWhole, runsAreRead } from '../former-cases.ts'
import { freshUrl, needsStore, openStore, withClient } from './database.ts'
import { makeFormerDatabase } from './former-database.ts'

async function openFormer(t: Test): Promise<{ store: Store; now: number; url: string }> {
  const url = freshUrl(t)
  const now = Date.now()
  await withClient(url, client => makeFormerDatabase(client.db(), now))
  return { store: await openStore(t, { url }), now, url }
}

t.test(
  'installations of a former database go on with their polls, and drop passes and approvals',
  needsStore,
  async t => {
    const { store, now } = await openFormer(t)
    await installationsGoOn(t, store, now)
  }
)

t.test('runs of a former database are read with the fields of today', needsStore, async t => {
  await runsAreRead(t, (await openFormer(t)).store)
})

t.test('clients of a former database are read as they were, each agreement live at one', needsStore, async t => {
  await clientsAreRead(t, (await openFormer(t)).store)
})

t.test('lists of a former database are whole in every order', needsStore, async t => {
  await listsAreWhole(t, (await openFormer(t)).store)
})

t.test(
  'agreements of a former database are refused to other clients, and free once theirs are gone',
  needsStore,
  async t => {
    await agreementsAreHeld(t, (await openFormer(t)).store)
  }
)

t.test('a former database has the indexes of today and no other', needsStore, async t => {
  const { url } = await openFormer(t)
  await withClient(url, async client => {
    for (const [name, { indexes }] of Object.entries(collections)) {
      const found = (await client.db().collection(name).indexes()).map(index => index.name)
      t.same(found.sort(), ['_id_', ...indexes.map(index => index.name)].sort(), name)
    }
    t.same(await client.db().listCollections({ name: 'staged' }).toArray(), [])
  })
})

t.test('a step that was cut is finished by the next start', needsStore, async t => {
  const url = freshUrl(t)
  await withClient(url, async client => {
    const db = client.db()
    await makeFormerDatabase(db, Date.now())
    await migrations[1]!(db)
    // As if it had been cut: some is changed, the number is not raised.
    await db.collection('clients').updateOne({ externalId: '1' }, { $unset: { live: '' } })
    await db.collection('connections').updateOne({ accountKey: 'two' }, { $unset: { trouble: '' } })
    await migrate(db)
  })
  await clientsAreRead(t, await openStore(t, { url }))
})
