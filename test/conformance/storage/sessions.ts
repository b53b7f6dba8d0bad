import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import type { Session } from '../../../plugins/storage/port.ts'
import { at, newId, type Open, within } from './fixtures.ts'

export function sessionOf(change: Partial<Session> = {}): Session {
  return {
    id: newId('session'),
    tenant: 'acme',
    sub: 'alex@acme.example',
    permissions: ['integrations:read', 'clients:read'],
    formKey: 'AAECAwQFBgcICQoLDA0ODw',
    embedded: false,
    startedAt: at(),
    ...change
  }
}

export async function sessionCases(t: Test, open: Open): Promise<void> {
  const { store, second } = await open(t)
  const { sessions } = store

  await t.test('a session is given back as it was, with how long it still lives', async t => {
    for (const embedded of [false, true]) {
      const session = sessionOf({ embedded, sub: '$tenant "quoted"', permissions: embedded ? [] : ['a', 'b'] })
      await sessions.insert(session, 60_000, 600_000)
      const found = await sessions.get(session.id)
      const { endsInMs, ...same } = found!
      t.same(same, session)
      t.ok(endsInMs > 50_000 && endsInMs <= 60_000, String(endsInMs))
    }
    t.equal(await sessions.get(newId('session')), null)
  })

  await t.test('it ends when nobody has touched it for so long, and lives on while somebody does', async t => {
    const [left, kept] = await within(390, async () => {
      const [left, kept] = [sessionOf(), sessionOf()]
      for (const { id } of [left, kept]) await sessions.insert(sessionOf({ id }), 400, 60_000)
      await sleep(200)
      await sessions.touch(kept.id, 60_000)
      return [left, kept]
    })
    await sleep(300)
    t.equal(await sessions.get(left.id), null)
    t.ok(await sessions.get(kept.id))
    await sessions.touch(left.id, 60_000)
    t.equal(await sessions.get(left.id), null, 'a touch does not bring it back')
  })

  await t.test('however often it is touched, it does not live past its latest end', async t => {
    const { id, found } = await within(290, async () => {
      const session = sessionOf()
      await sessions.insert(session, 60_000, 300)
      await sessions.touch(session.id, 60_000)
      return { id: session.id, found: await sessions.get(session.id) }
    })
    t.ok(found!.endsInMs <= 300, String(found!.endsInMs))
    await sleep(350)
    t.equal(await sessions.get(id), null)
  })

  await t.test('a session that was removed is gone, and removing it again changes nothing', async t => {
    const [one, other] = [sessionOf(), sessionOf()]
    await sessions.insert(one, 60_000, 60_000)
    await sessions.insert(other, 60_000, 60_000)
    await sessions.remove(one.id)
    await sessions.remove(one.id)
    t.equal(await sessions.get(one.id), null)
    t.ok(await sessions.get(other.id))
  })

  const skip = !second && 'this mode has one connection alone'
  await t.test('another connection knows it at once, and that it is gone', { skip }, async t => {
    const session = sessionOf()
    await sessions.insert(session, 60_000, 60_000)
    const beside = await second!()
    t.match(await beside.sessions.get(session.id), session)
    await sessions.remove(session.id)
    t.equal(await beside.sessions.get(session.id), null)
  })
}
