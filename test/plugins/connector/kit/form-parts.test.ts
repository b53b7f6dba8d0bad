import t from 'tap'
import type { CallContext } from '../../../../plugins/connector/contract.ts'
import { contextWith, fieldsFound, howToGrantIn, openNotes } from '../../../../plugins/connector/kit/index.ts'

t.test('each right says where it is granted, and how', async t => {
  const rights = { desks: { name: 'Desks', level: 'View: All', reason: 'to read desks' } } as const
  const howToGrant = howToGrantIn(rights, 'In Desk open Admin > Roles, and set')
  t.equal(howToGrant('desks'), 'In Desk open Admin > Roles, and set "Desks" to "View: All".')
})

t.test('what is taken out of notes is read once, by the first pattern that finds something', async t => {
  const { take, rest } = openNotes('key: abc and key: def, or token 42')
  t.equal(take(/token (\d+)/, /key: (\w+)/)?.[1], '42')
  t.equal(take(/none/, /key: (\w+)/)?.[1], 'abc')
  t.equal(take(/key: (\w+)/)?.[1], 'def')
  t.equal(take(/key: (\w+)/), undefined)
  t.equal(rest(), '  and  , or  ')
  t.equal(openNotes('x'.repeat(100_000)).rest().length, 20_000, 'no more is looked through')
  t.strictSame(fieldsFound({ token: '42', region: undefined }), { token: '42' })
})

t.test('a context with what was just found out follows the one it was made of in everything else', async t => {
  let at = 'eu'
  const host = {
    get state() {
      return { at }
    },
    credentials: { token: 'desk_0000_not-a-real-token' },
    resolved: {}
  } as unknown as CallContext
  const later = contextWith(host, { resolved: { 'types:Customer': '1' } })
  let state: Readonly<Record<string, string>> = { zone: '1' }
  const found = contextWith(host, {
    get state() {
      return state
    },
    async saveState(change) {
      state = { ...state, ...change }
    }
  })
  at = 'us'
  t.same([later.state, later.resolved], [{ at: 'us' }, { 'types:Customer': '1' }])
  t.equal(later.credentials, host.credentials)
  await found.saveState({ zone: '2' })
  t.same([found.state, host.state, host.resolved], [{ zone: '2' }, { at: 'us' }, {}])
})
