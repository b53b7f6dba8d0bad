import t from 'tap'
import type { Store } from '../../../plugins/storage/port.ts'
import { openSqliteStore } from '../../../plugins/storage/sqlite/open.ts'
import { timedStore } from '../../../plugins/storage/timed.ts'
import { first, installationOf, newId } from '../../conformance/storage/fixtures.ts'

t.test('a timed store answers as the store does, and tells of every call', async t => {
  const told: string[] = []
  const opened = await openSqliteStore({ url: ':memory:' })
  t.teardown(() => opened.close())
  const store = timedStore(opened, {
    called(section, method, ms, error) {
      t.ok(ms >= 0)
      told.push(`${section}.${method} ${error === undefined ? 'well' : (error as { code?: string }).code}`)
    }
  })
  t.equal(store.kind, 'sqlite')
  await store.ping()
  const installation = installationOf()
  t.equal(await store.installations.tryInsert(installation), true)
  t.same(
    await store.installations.get('acme', installation.id),
    await opened.installations.get('acme', installation.id)
  )
  t.equal(await store.leases.countDue(5), 1)
  await t.rejects(store.clients.list('acme', {}, { ...first, cursor: 'not one of ours' }), {
    code: 'HOST_ERR_BAD_CURSOR'
  })
  t.same(told, [
    'store.ping well',
    'installations.tryInsert well',
    'installations.get well',
    'leases.countDue well',
    'clients.list HOST_ERR_BAD_CURSOR'
  ])
})

t.test('every section and method of the port is timed', async t => {
  const told = new Set<string>()
  const opened = await openSqliteStore({ url: ':memory:' })
  const store = timedStore(opened, { called: (section, method) => told.add(`${section}.${method}`) })
  await store.close()
  const expected = []
  for (const [section, methods] of Object.entries(opened) as [keyof Store, Record<string, unknown>][]) {
    if (typeof methods !== 'object') continue
    for (const method of Object.keys(methods)) {
      expected.push(`${section}.${method}`)
      // Closed, so that each fails at once whatever it is given.
      const call = (store[section] as unknown as Record<string, (...values: unknown[]) => Promise<unknown>>)[method]!
      await call(newId('x'), newId('y'), first, {}).catch(() => {})
    }
  }
  t.ok(expected.length > 30)
  t.same([...told].sort(), expected.sort())
})
