/** Refused calls lock the API user for everybody, and databases move. */
import t, { type Test } from 'tap'
import { believed } from '../../../connectors/autotask/api/zone.ts'
import { autotask } from '../../../connectors/autotask/index.ts'
import { CredentialsRejected, SourceUnavailable } from '../../../plugins/connector/contract.ts'
import { openVendorCalls } from '../../conformance/connector/vendor-call.ts'
import { startAutotaskCloud, tinyAccount } from '../../doubles/autotask/index.ts'
import { credentialsFor, fullRead, type Instance, lookUp, openInstance, syncTypes, tick } from './instance.ts'

const customers = 'active-customers'
const contracts = 'active-contracts'
const wrong = { secret: 'FakeWrongSecret0001' }
const refusals = ({ server }: Instance) => server.requests.filter(({ status }) => status === 401).length
const withWrong = ({ server, calls }: Instance) => calls.call({ credentials: { ...credentialsFor(server), ...wrong } })

t.test('wrong keys are sent once, whatever is asked, and never again by themselves', async t => {
  const instance = await openInstance(t)
  const context = withWrong(instance)
  const questions: Record<string, () => Promise<unknown>> = {
    validate: () => autotask.validate(context),
    begin: () => syncTypes[contracts].begin(context),
    preview: () => syncTypes[contracts].preview(context),
    search: () => syncTypes[customers].search(context, 'Active'),
    resolve: () => autotask.resolve!(context),
    pass: () => syncTypes[customers].pass(context, { ranges: '0-', bySpan: true })[Symbol.asyncIterator]().next()
  }
  for (const [name, ask] of Object.entries(questions)) {
    instance.server.unlock()
    instance.server.resetLog()
    if (name === 'validate') t.match(await ask(), { valid: false })
    else await t.rejects(ask(), CredentialsRejected, name)
    t.equal(refusals(instance), 1, name)
  }
  t.equal(autotask.locksAccounts, true, 'and the host does not repeat it either')
})

t.test('keys that are refused in the middle of a read end it, and what waits is not sent', async t => {
  const instance = await openInstance(t, { lockAfter: false, latencyMs: 20 })
  const { server } = instance
  const kept = await fullRead(instance, contracts)
  server.resetLog()
  const reading = fullRead(instance, contracts)
  while (!server.requests.some(({ path }) => path.includes('ContractServices')))
    await new Promise(r => setTimeout(r, 5))
  server.changeSecret(server.user.userName, 'Fake#Secret-0009')
  await t.rejects(reading, CredentialsRejected)
  t.ok(kept.clients.size > 0 && refusals(instance) <= 4, `${refusals(instance)} calls were on their way`)
})

t.test('validate says which field is at fault, and what to do', async t => {
  const instance = await openInstance(t)
  const { server } = instance
  const validateWith = (change: object) =>
    autotask.validate(instance.calls.call({ credentials: { ...credentialsFor(server), ...change } }))
  const unknown = await validateWith({ userName: 'nobody@fernhollow.example' })
  t.match(unknown.problems, [{ pointer: '/userName', message: /no database of this user name/ }])
  t.equal(unknown.checks.filter(({ status }) => status === 'skipped').length, 8)
  const refused = await validateWith(wrong)
  t.strictSame(
    refused.problems.map(({ pointer }) => pointer),
    ['/userName', '/secret', '/integrationCode']
  )
  t.match(refused.checks[1], { name: 'login-accepted', status: 'failed', fix: /five minutes.*lock the user/ })
  server.lock()
  t.match(await validateWith({}), { valid: false, checks: [{}, { message: /locked/ }] })
  server.unlock()
  const elsewhere = await validateWith({ zoneUrl: 'http://192.168.7.7:9' })
  t.match(elsewhere.problems, [{ pointer: '/zoneUrl', message: /OUTBOUND_ALLOW/ }])
  const umlauts = await validateWith({ secret: 'schlüssel\u2014' })
  t.match(umlauts, { valid: false, checks: [{}, { status: 'failed' }] })
})

t.test('answers of before to wrong keys are refusals too', async t => {
  const instance = await openInstance(t, { refusals: 'old' })
  const { server } = instance
  for (const change of [{ integrationCode: 'FAKEWRONGCODE' }, wrong]) {
    server.resetLog()
    const context = instance.calls.call({ credentials: { ...credentialsFor(server), ...change } })
    t.match(await autotask.validate(context), {
      valid: false,
      checks: [{}, { name: 'login-accepted', status: 'failed' }]
    })
    t.equal(server.requests.filter(({ path }) => path.includes('Version')).length, 1)
    await t.rejects(syncTypes[customers].begin(context), CredentialsRejected)
  }
})

for (const wrongZone of [401, 500] as const) {
  t.test(
    `a database that moves is followed where its old zone answers ${wrongZone}, and the new one is kept`,
    async t => {
      const instance = await openInstance(t, { wrongZone, ownDiscovery: true, lockAfter: 1, nextZone: '29' })
      const { server, calls } = instance
      const kept = await fullRead(instance, customers)
      const old = calls.state.zone
      await server.moveTo('29')
      server.resetLog()
      server.updateCompany(7, { city: 'After the move' })
      const came = await tick(instance, customers, kept)
      t.strictSame(came.ids, ['7'])
      t.not(calls.state.zone, old)
      t.equal(calls.state.zone, `${server.zoneUrl}/ATServicesRest`)
      t.equal(server.requests.filter(({ status }) => status === wrongZone).length, 1, 'the others wait for the first')
      server.resetLog()
      await lookUp(instance, contracts, ['7'])
      t.notOk(server.requests.some(({ status, path }) => status >= 400 || path.includes('zoneInformation')))
    }
  )
}

t.test('keys that are wrong in the new zone too are sent to each zone once', async t => {
  const instance = await openInstance(t, { ownDiscovery: true, nextZone: '29' })
  await instance.server.moveTo('29')
  instance.server.resetLog()
  await t.rejects(syncTypes[customers].begin(withWrong(instance)), CredentialsRejected)
  t.equal(refusals(instance), 2)
})

t.test('a vendor that does not answer is asked for its zone once, and is an outage', async t => {
  const instance = await openInstance(t)
  instance.server.fail({ kind: 'reset', path: 'ThresholdInformation' })
  instance.server.resetLog()
  await t.rejects(syncTypes[customers].begin(instance.calls.call()), SourceUnavailable)
  t.equal(instance.server.requests.filter(({ path }) => /zoneInformation/i.test(path)).length, 1)
})

t.test('secrets go to hosts of the vendor alone, whatever is announced', async t => {
  const vendor = 'https://webservices.autotask.net'
  t.equal(
    believed('https://webservices31.autotask.net/ATServicesRest/', vendor),
    'https://webservices31.autotask.net/ATServicesRest'
  )
  for (const url of [
    'https://evil.example/ATServicesRest/',
    'https://webservices3.autotask.net.evil.example/ATServicesRest/',
    'http://webservices3.autotask.net/ATServicesRest/',
    'https://webservices3.autotask.net:8443/ATServicesRest/',
    'https://user@webservices3.autotask.net/',
    'https://webservices3.autotask.net/?a=b',
    'http://127.0.0.1:9/ATServicesRest/',
    'autotask.net',
    7,
    null
  ])
    t.equal(believed(url, vendor), undefined, String(url))
  t.equal(believed('http://127.0.0.1:9/ATServicesRest/', 'http://127.0.0.1:8'), 'http://127.0.0.1:9/ATServicesRest')

  const announcedUrl = 'https://evil.example/ATServicesRest/'
  const instance = await openInstance(t, { announcedUrl }, { connected: false })
  const validation = await autotask.validate(instance.calls.call())
  t.match(validation, { valid: false, checks: [{ name: 'zone-found', status: 'failed' }] })
  t.equal(instance.server.requests.length, 1)
})

t.test('an account is the database, whoever signs in to it', async t => {
  const account = tinyAccount()
  const user = { userName: 'api@second.example', secret: 'Fake#Secret-0002' }
  const servers = await startAutotaskCloud([
    { account, databaseId: 77 },
    { account: tinyAccount(), user, databaseId: 78 }
  ])
  t.teardown(() => servers[0]!.close())
  const [one, two] = servers as [Instance['server'], Instance['server']]
  const second = one.addUser({ userName: 'another@fernhollow.example', secret: 'Fake#Secret-0003' })
  const accountOf = async (t: Test, of: Instance['server'], as = of.user) => {
    const credentials = { ...as, zoneUrl: of.url }
    const calls = await openVendorCalls(t, autotask, { allow: `${of.url},${of.zoneUrl}`, credentials })
    return (await autotask.validate(calls.call())).account
  }
  const first = await accountOf(t, one)
  t.strictSame(first, { id: '77', name: 'The MSP Itself', origin: one.zoneUrl })
  t.strictSame(await accountOf(t, one, second), first)
  t.match(await accountOf(t, two), { id: '78' })
  t.strictSame(autotask.describe({ ...credentialsFor(one) }), { userName: one.user.userName, zoneUrl: one.url })
  t.strictSame(autotask.describe({ ...one.user }), { userName: one.user.userName })
})
