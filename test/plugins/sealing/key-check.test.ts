import { randomBytes } from 'node:crypto'
import t from 'tap'
import { checkKeys } from '../../../plugins/sealing/key-check.ts'
import { createKeyring } from '../../../plugins/sealing/keyring.ts'
import { openSqliteStore } from '../../../plugins/storage/sqlite/open.ts'

const key = () => randomBytes(32).toString('base64')

t.test('check 7: a key that is not the one the store knows by its id stops the start', async t => {
  const store = await openSqliteStore({ url: ':memory:' })
  t.teardown(() => store.close())
  await checkKeys(createKeyring(`k1:${key()}`), store)
  await t.rejects(checkKeys(createKeyring(`k1:${key()}`), store), { code: 'HOST_ERR_KEYS_INVALID', message: /"k1"/ })
})

t.test('check 7: a key that is in use cannot be left out', async t => {
  const store = await openSqliteStore({ url: ':memory:' })
  t.teardown(() => store.close())
  const [old, next] = [`k1:${key()}`, `k2:${key()}`]
  const owner = { tenant: 'acme', connectionId: 'con_1' }
  await store.connections.tryInsert({
    id: owner.connectionId,
    tenant: owner.tenant,
    connector: 'ledger',
    accountKey: 'one',
    account: { id: 'one', name: 'One' },
    display: {},
    sealed: createKeyring(old).seal(owner, { token: 'not-a-real-token' }),
    state: {},
    trouble: null,
    workedAt: null,
    lastValidation: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z'
  })
  await t.rejects(checkKeys(createKeyring(next), store), { code: 'HOST_ERR_KEYS_INVALID', message: /"k1" is in use/ })
  await t.resolves(checkKeys(createKeyring(`${next},${old}`), store))
})
