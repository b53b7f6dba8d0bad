import t, { type Test } from 'tap'
import { connectwise } from '../../../connectors/connectwise/index.ts'
import { apiAccount, type ConnectWiseOptions, createAccount } from '../../doubles/connectwise/index.ts'
import { credentialsFor, swappedCredentialsFor } from './credentials.ts'
import { openInstance } from './instance.ts'

async function validate(
  t: Test,
  change: Record<string, string> = {},
  options: ConnectWiseOptions = {},
  settings: Record<string, unknown> = {}
) {
  const { server, calls } = await openInstance(t, options, { connected: false, settings })
  const credentials = { ...credentialsFor(server.url), ...change }
  const validation = await connectwise.validate(calls.call({ credentials }))
  const check = (name: string) => validation.checks.find(one => one.name === name)!
  return { server, calls, validation, check, pointers: validation.problems.map(({ pointer }) => pointer) }
}

t.test('good credentials pass all ten checks, and the key order is told', async t => {
  const { validation, server } = await validate(t)
  t.ok(validation.valid)
  t.same(
    validation.checks.map(({ name, status }) => [name, status]),
    [
      'host-reachable',
      'company-id-known',
      'credentials-accepted',
      'client-id-accepted',
      'type-and-status-found',
      'companies-readable',
      'contacts-readable',
      'agreements-readable',
      'additions-readable',
      'product-catalogue-readable'
    ].map(name => [name, 'passed'])
  )
  t.same(validation.details, { keyOrder: 'as-given', apiHost: new URL(server.url).host })
  t.same(validation.state, { apiOrigin: server.url, codebase: 'v2026_1', keyOrder: 'as-given' })
  t.same(validation.account, { id: apiAccount.companyId, name: validation.account?.name, origin: server.url })
  t.same(validation.remarks, [])
  t.ok(server.requests.length <= 18, `${server.requests.length} requests`)
})

t.test('keys in the order of the install instructions pass too', async t => {
  const { server, calls } = await openInstance(t, {}, { connected: false })
  const validation = await connectwise.validate(calls.call({ credentials: swappedCredentialsFor(server.url) }))
  t.ok(validation.valid)
  t.equal(validation.details?.keyOrder, 'swapped')
  t.match(validation.remarks, [/other way round/])
})

t.test('every form of the API version ends at the release of the instance', async t => {
  for (const apiVersion of ['v2026.1', 'v2026_1', '2026.1', 'v4_6_release', '', 'v2020_3']) {
    const { validation } = await validate(t, { apiVersion })
    t.ok(validation.valid, apiVersion)
    t.equal(validation.state?.codebase, 'v2026_1', apiVersion)
  }
  const { pointers, validation } = await validate(t, { apiVersion: 'banana' })
  t.notOk(validation.valid)
  t.same(pointers, ['/apiVersion'])
})

t.test('the domain may come with path, capitals, blanks or a slash at its end', async t => {
  const { server, calls } = await openInstance(t, {}, { connected: false })
  for (const domain of [`${server.url}/`, ` ${server.url} `, `${server.url.toUpperCase()}/v4_6_release/Start.html`]) {
    const validation = await connectwise.validate(
      calls.call({ credentials: { ...credentialsFor(server.url), domain } })
    )
    t.ok(validation.valid, domain)
  }
})

t.test('each field at fault is named', async t => {
  const faults: [Record<string, string>, string, string[]][] = [
    [{ username: 'nobody+FakeKey0000001' }, 'company-id-known', ['/username']],
    [{ username: 'noplussign' }, 'company-id-known', ['/username']],
    [{ password: 'FakeWrongKey0001' }, 'credentials-accepted', ['/username', '/password']],
    [{ clientId: 'unknown' }, 'client-id-accepted', ['/clientId']],
    [{ domain: 'https://crm.example.test' }, 'host-reachable', ['/domain']],
    [{ domain: 'http://169.254.169.254' }, 'host-reachable', ['/domain']],
    [{ domain: 'not a domain' }, 'host-reachable', ['/domain']]
  ]
  for (const [change, name, expected] of faults) {
    const { validation, check, pointers } = await validate(t, change)
    t.notOk(validation.valid)
    t.match(check(name), { status: 'failed', fix: /./ }, JSON.stringify(change))
    t.same(pointers, expected)
    const later = validation.checks.slice(validation.checks.findIndex(one => one.name === name) + 1)
    t.ok(
      later.every(({ status }) => status === 'skipped'),
      'later checks are skipped'
    )
  }
})

t.test('an unknown company id is known by a 404 as well', async t => {
  const { check } = await validate(t, { username: 'nobody+FakeKey0000001' }, { unknownCompany: 'not-found' })
  t.equal(check('company-id-known').status, 'failed')
})

t.test('a client id refused with 403 is told from refused keys', async t => {
  const { check, pointers } = await validate(t, { clientId: 'unknown' }, { clientIdRefusal: 403 })
  t.equal(check('client-id-accepted').status, 'failed')
  t.same(pointers, ['/clientId'])
})

t.test('a 404 that hides bad credentials is told as that', async t => {
  const { check, pointers } = await validate(
    t,
    { password: 'FakeWrongKey0001' },
    { cloud: false, hideBadCredentials: true }
  )
  t.match(check('credentials-accepted'), { status: 'failed', message: /404.*keys are wrong/ })
  t.ok(pointers.includes('/password'))
})

t.test('each right that lacks is named with its row, and the others are tried all the same', async t => {
  const rows = [
    ['company', 'companies-readable', 'Companies > Company Maintenance'],
    ['contacts', 'contacts-readable', 'Companies > Contacts'],
    ['agreements', 'agreements-readable', 'Finance > Agreements'],
    ['catalog', 'product-catalogue-readable', 'Procurement > Product Catalog']
  ] as const
  for (const [right, name, row] of rows) {
    const { validation, check } = await validate(t, {}, { revoked: [right] })
    t.notOk(validation.valid)
    t.equal(check(name).status, 'failed')
    t.ok(check(name).fix?.includes(`"${row}"`) && check(name).fix?.includes('Inquire: All'), row)
    const others = validation.checks.filter(one => one.status === 'failed')
    t.equal(others.length, 1)
  }
  const { check } = await validate(t, {}, { revoked: ['agreements'] })
  t.equal(check('additions-readable').status, 'skipped')
})

t.test('HTML instead of JSON is told as a wrong address', async t => {
  const { server, calls } = await openInstance(t, {}, { connected: false })
  server.fail({ kind: 'html' })
  const validation = await connectwise.validate(calls.call())
  t.match(validation.checks[0], { name: 'host-reachable', status: 'failed', message: /web page/ })
  t.match(validation.problems, [{ pointer: '/domain' }])
})

t.test('no agreements while companies exist passes with a hint', async t => {
  const { companies } = (await openInstance(t)).server.data
  const account = createAccount({ companies: [companies.get(1)!] })
  const { validation, check } = await validate(t, {}, { account })
  t.ok(validation.valid)
  t.match(check('agreements-readable'), { status: 'passed', fix: /Finance > Agreements/ })
  t.equal(check('additions-readable').status, 'skipped')
})

t.test('companies that do not say when they changed pass with a hint', async t => {
  const { server, calls } = await openInstance(t, {}, { connected: false })
  for (let id = 1; id <= 11; id++) server.fail({ kind: 'oddRecord', id, odd: 'noLastUpdated' })
  const validation = await connectwise.validate(calls.call())
  t.match(
    validation.checks.find(({ name }) => name === 'companies-readable'),
    { status: 'passed', message: /_info\.lastUpdated is missing/, fix: /./ }
  )
})

t.test('each type or status that the account does not have is told with those it has', async t => {
  const settings = { types: ['Customer', 'Custmer'], statuses: ['Aktiv', 'active'] }
  const { validation, pointers, check } = await validate(t, {}, {}, settings)
  t.notOk(validation.valid)
  t.same(pointers, ['/settings/types/1', '/settings/statuses/0'])
  t.match(validation.problems[0], {
    message: /no company type named "Custmer".*Customer, Prospect, Vendor, Client, Partner/,
    choices: ['Customer', 'Prospect', 'Vendor', 'Client', 'Partner']
  })
  t.equal(check('companies-readable').status, 'passed', 'the rest is tried all the same')
})

t.test('setup tables that are hidden are told as the row System > Table Setup', async t => {
  const { server, calls } = await openInstance(t, {}, { connected: false })
  const hidden: [object, string][] = [
    [{ kind: 'status', status: 403, path: 'company/companies/types' }, 'refused'],
    [{ kind: 'emptyPage', path: 'company/companies/statuses' }, 'shown as an empty list']
  ]
  for (const [fault, how] of hidden) {
    const handle = server.fail(fault as Parameters<typeof server.fail>[0])
    const validation = await connectwise.validate(calls.call())
    handle.clear()
    const check = validation.checks.find(({ name }) => name === 'type-and-status-found')
    t.match(check, { status: 'failed', fix: /"System > Table Setup" to "Inquire: All"/ }, how)
  }
})

t.test('a list that does not answer what a sync asks is a failed check', async t => {
  const { server, calls } = await openInstance(t, {}, { connected: false })
  const refused: [string, string][] = [
    ['company/companies/count', 'companies-readable'],
    ['company/contacts/count', 'contacts-readable'],
    ['finance/agreements/count', 'agreements-readable']
  ]
  for (const [path, name] of refused) {
    const handle = server.fail({ kind: 'status', status: 400, path })
    const validation = await connectwise.validate(calls.call())
    handle.clear()
    t.notOk(validation.valid, path)
    t.match(
      validation.checks.find(check => check.name === name),
      { status: 'failed', message: /does not take the question/ }
    )
  }
})

t.test('bundles that are refused are a remark, not a failure', async t => {
  const { validation, check } = await validate(t, {}, { bundles: false })
  t.ok(validation.valid)
  t.equal(check('additions-readable').status, 'passed')
  t.match(validation.remarks, [/Bundles are refused/])
  t.match(validation.state?.bundlesRefused, /^v2026_1 /, 'and the connection remembers it')
})

t.test('each check is told as it ends, once, those too that are skipped', async t => {
  const { calls, validation } = await validate(t)
  const byName = (checks: readonly { name: string }[]) => checks.map(({ name }) => name).toSorted()
  t.same(byName(calls.reported), byName(validation.checks))
  t.same(calls.reported[0]?.name, 'host-reachable')
  t.same(byName(connectwise.checks ?? []), byName(validation.checks), 'all are announced')
  const failed = await validate(t, { clientId: 'unknown' })
  t.equal(failed.calls.reported.length, failed.validation.checks.length)
})

t.test('a host that hangs ends with the deadline, in words', async t => {
  const { server, calls } = await openInstance(t, {}, { connected: false })
  server.fail({ kind: 'hang', path: 'finance/agreements' })
  const deadline = AbortSignal.timeout(4000)
  const validation = await connectwise.validate(calls.call({ signal: deadline }))
  t.match(
    validation.checks.find(({ name }) => name === 'agreements-readable'),
    { status: 'failed', message: /did not answer/ }
  )
  t.equal(validation.checks.find(({ name }) => name === 'contacts-readable')?.status, 'passed')
})
