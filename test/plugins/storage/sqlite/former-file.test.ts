import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Store } from '../../../../plugins/storage/port.ts'
import { openSqliteStore } from '../../../../plugins/storage/sqlite/open.ts'
import { agreementsAreHeld, clientsAreRead, installationsGoOn, listsAreWhole, runsAreRead } from '../former-cases.ts'
import { makeFormerFile } from './former-file.ts'

async function openFormer(t: Test, schema: 1 | 2): Promise<{ store: Store; now: number }> {
  const path = join(t.testdir(), 'store.db')
  const now = Date.now()
  makeFormerFile(path, schema, now)
  const store = await openSqliteStore({ url: `file:${path}` })
  t.teardown(() => store.close())
  return { store, now }
}

t.test('installations of a former file go on with their polls, and drop passes and approvals', async t => {
  const { store, now } = await openFormer(t, 2)
  await installationsGoOn(t, store, now)
})

t.test('runs of a former file are read with the fields of today', async t => {
  await runsAreRead(t, (await openFormer(t, 2)).store)
})

for (const schema of [1, 2] as const) {
  t.test(`clients of a file of schema ${schema} are read as they were, each agreement live at one of them`, async t => {
    await clientsAreRead(t, (await openFormer(t, schema)).store)
  })
}

t.test('lists of a former file are whole in every order', async t => {
  await listsAreWhole(t, (await openFormer(t, 2)).store)
})

t.test('agreements of a former file are refused to other clients, and free once theirs are gone', async t => {
  await agreementsAreHeld(t, (await openFormer(t, 2)).store)
})
