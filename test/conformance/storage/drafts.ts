import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import type { Draft } from '../../../plugins/storage/port.ts'
import { newId, type Open, within } from './fixtures.ts'

const draftOf = (change: Partial<Draft> = {}): Omit<Draft, 'rev'> => ({
  id: newId('draft'),
  tenant: 'acme',
  sub: 'alex@acme.example',
  connector: 'example',
  syncType: 'things',
  sealed: { v: 1, kek: 'k1', wrappedKey: 'AAAA', fields: { password: 'BBBB' } },
  progress: { state: 'typed', checks: [{ name: '$host', status: 'passed' }] },
  ...change
})

const long = 60_000

export async function draftCases(t: Test, open: Open): Promise<void> {
  const { store, second } = await open(t)
  const { drafts } = store

  await t.test('a draft is given back as it was, with its age', async t => {
    for (const draft of [draftOf(), draftOf({ sealed: null, progress: {} })]) {
      await drafts.insert(draft, long)
      const { ageMs, ...same } = (await drafts.get('acme', draft.sub, draft.id))!
      t.same(same, { ...draft, rev: 1 })
      t.ok(ageMs >= 0 && ageMs < 5000, String(ageMs))
    }
  })

  await t.test('another person and another tenant find, change and remove nothing', async t => {
    const draft = draftOf()
    await drafts.insert(draft, long)
    for (const [tenant, sub] of [
      ['acme', 'sam@acme.example'],
      ['globex', draft.sub]
    ] as const) {
      t.equal(await drafts.get(tenant, sub, draft.id), null)
      t.equal(await drafts.find(tenant, sub, draft.connector, draft.syncType), null)
      t.equal(await drafts.tryUpdate(tenant, sub, draft.id, 1, { progress: { stolen: true } }, long), null)
      await drafts.remove(tenant, sub, draft.id)
    }
    t.match(await drafts.get('acme', draft.sub, draft.id), { progress: draft.progress, rev: 1 })
  })

  await t.test('a person finds the draft that was changed last, of that sync type alone', async t => {
    const sub = newId('person')
    const [first, last, other] = [draftOf({ sub }), draftOf({ sub }), draftOf({ sub, syncType: 'others' })]
    for (const draft of [first, last, other]) {
      await drafts.insert(draft, long)
      for (const now = Date.now(); Date.now() === now; ) await sleep(1)
    }
    t.match(await drafts.find('acme', sub, 'example', 'things'), { id: last.id })
    await drafts.tryUpdate('acme', sub, first.id, 1, {}, long)
    t.match(await drafts.find('acme', sub, 'example', 'things'), { id: first.id, rev: 2 })
    await drafts.remove('acme', sub, first.id)
    await drafts.remove('acme', sub, last.id)
    t.equal(await drafts.find('acme', sub, 'example', 'things'), null)
    t.match(await drafts.find('acme', sub, 'example', 'others'), { id: other.id })
  })

  await t.test('a change counts only over the revision that was seen, and what it leaves out stays', async t => {
    const draft = draftOf()
    await drafts.insert(draft, long)
    const progress = { state: 'passed', text: '$progress' }
    const changed = await drafts.tryUpdate('acme', draft.sub, draft.id, 1, { progress }, long)
    t.match(changed, { progress, sealed: draft.sealed, rev: 2 })
    t.equal(await drafts.tryUpdate('acme', draft.sub, draft.id, 1, { progress: {} }, long), null)
    t.match(await drafts.tryUpdate('acme', draft.sub, draft.id, 2, { sealed: null }, long), { progress, sealed: null })
  })

  await t.test('of many changes of one revision at once one counts', async t => {
    const draft = draftOf()
    await drafts.insert(draft, long)
    const stores = second ? [store, await second()] : [store]
    const tries = Array.from({ length: 12 }, (_, i) =>
      stores[i % stores.length]!.drafts.tryUpdate('acme', draft.sub, draft.id, 1, { progress: { i } }, long)
    )
    t.equal((await Promise.all(tries)).filter(one => one !== null).length, 1)
    t.match(await drafts.get('acme', draft.sub, draft.id), { rev: 2 })
  })

  await t.test('a draft ends so long after its last change', async t => {
    const { left, kept, changed } = await within(390, async () => {
      const [left, kept] = [draftOf(), draftOf()]
      await drafts.insert(left, 400)
      await drafts.insert(kept, 400)
      await sleep(200)
      return { left, kept, changed: await drafts.tryUpdate('acme', kept.sub, kept.id, 1, {}, long) }
    })
    t.ok(changed)
    await sleep(300)
    t.equal(await drafts.get('acme', left.sub, left.id), null)
    t.equal(await drafts.tryUpdate('acme', left.sub, left.id, 1, {}, long), null)
    t.ok(await drafts.get('acme', kept.sub, kept.id))
  })
}
