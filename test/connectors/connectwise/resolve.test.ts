import t from 'tap'
import { connectwise } from '../../../connectors/connectwise/index.ts'
import { openInstance } from './instance.ts'

const resolve = connectwise.resolve!

t.test('every name means the id that it has in its setup table, capitals and blanks aside', async t => {
  const settings = { types: ['customer', ' Client '], statuses: ['ACTIVE'] }
  const { server, calls } = await openInstance(t, {}, { settings })
  const { resolved, problems } = await resolve(calls.call({ resolved: {} }))
  t.same(problems, [])
  t.same(Object.keys(resolved), ['types:customer', 'types: Client ', 'statuses:ACTIVE'])
  t.equal(server.requests.length, 2)
})

t.test('field report C1: a name that is renamed at the vendor is followed by its id', async t => {
  const { server, calls } = await openInstance(t)
  const before = calls.resolved
  server.renameType(Number(before['types:Customer']), 'Kunde')
  t.same(await resolve(calls.call()), { resolved: before, problems: [] })
  const fresh = await resolve(calls.call({ resolved: {} }))
  t.match(
    fresh.problems,
    [{ pointer: '/types/0', choices: ['Kunde'] }],
    'who types the old name now is told the new one'
  )
})

t.test('field report A7: what was deleted and made anew under the same name is found by the name', async t => {
  const { server, calls } = await openInstance(t)
  const before = calls.resolved['types:Customer']
  server.recreateType(Number(before))
  const { resolved, problems } = await resolve(calls.call())
  t.same(problems, [])
  t.not(resolved['types:Customer'], before)
})

t.test('a name that means nothing is told with those there are, each by its place', async t => {
  const settings = { types: ['Customer', 'Custmer'], statuses: ['Aktiv'] }
  const { calls } = await openInstance(t, {}, { connected: false, settings })
  const { resolved, problems } = await resolve(calls.call())
  t.same(Object.keys(resolved), ['types:Customer'])
  t.match(problems, [
    { pointer: '/types/1', message: /no company type named "Custmer"/, choices: ['Customer', 'Prospect'] },
    { pointer: '/statuses/0', message: /no company status named "Aktiv"/, choices: ['Active'] }
  ])
})

t.test('setup tables that are hidden are a missing right, never an empty choice', async t => {
  const { server, calls } = await openInstance(t)
  server.fail({ kind: 'emptyPage', path: 'company/companies/types' })
  await t.rejects(resolve(calls.call()), { code: 'HOST_ERR_PERMISSION_MISSING', message: /System > Table Setup/ })
})
