import t, { type Test } from 'tap'
import {
  CredentialsRejected,
  PermissionMissing,
  SourceUnavailable,
  SourceUnreadable
} from '../../../plugins/connector/contract.ts'
import { openNotebook } from '../../conformance/connector/notebook.ts'
import { bigAccount, type ConnectWiseOptions } from '../../doubles/connectwise/index.ts'
import { swappedCredentialsFor } from './credentials.ts'
import { fullRead, lookUp, openInstance, syncTypes, tick } from './instance.ts'

const customers = 'active-customers'
const agreements = 'active-agreements'
// About 2,300 active customers on three pages.
const threePages = (t: Test, options: ConnectWiseOptions = {}) =>
  openInstance(t, { account: bigAccount({ companies: 3000, contactsPerCompany: 1 }), rateLimit: false, ...options })
const companiesPage = /\/company\/companies\?.*pageSize=1000/

t.test('one record that makes a whole page fail is found and set aside, the rest comes', async t => {
  const instance = await threePages(t)
  const clean = await fullRead(instance, customers)
  instance.server.resetLog()
  instance.server.fail({ kind: 'badRecord', companyId: 1234 })
  const spoilt = await fullRead(instance, customers)
  t.same(
    clean.ids.filter(id => !spoilt.ids.includes(id)),
    ['1234']
  )
  t.match(spoilt.rejects, [{ externalId: '1234' }])
  t.same(spoilt.lists.seen, clean.lists.seen, 'it counts as seen')
  t.ok(instance.server.requests.length < 60, `${instance.server.requests.length} requests`)
})

t.test('an instance that answers nothing but 500 is not taken for one bad record', async t => {
  const instance = await threePages(t)
  instance.server.fail({ kind: 'status', status: 500, path: companiesPage })
  instance.server.fail({ kind: 'status', status: 500, path: 'fields=id&' })
  await t.rejects(fullRead(instance, customers), SourceUnavailable)
})

t.test('a page that repeats is refused', async t => {
  const instance = await threePages(t)
  instance.server.fail({ kind: 'repeatPage', path: companiesPage })
  await t.rejects(fullRead(instance, customers), SourceUnreadable)
})

t.test('an empty page in mid-scan is asked for again', async t => {
  // About 4,500 active customers: four ranges of two pages.
  const instance = await threePages(t, { account: bigAccount({ companies: 6000, contactsPerCompany: 1 }) })
  const clean = await fullRead(instance, customers)
  const fault = instance.server.fail({ kind: 'emptyPage', path: companiesPage, after: 4, times: 1 })
  t.same((await fullRead(instance, customers)).ids.toSorted(), clean.ids.toSorted())
  t.equal(fault.hits, 1)
})

t.test('pages that are empty or cut short show as fewer entries than the vendor counts, of children too', async t => {
  const instance = await threePages(t)
  for (const [list, endpoint] of [
    ['companies', 'companies'],
    ['contacts', 'contacts']
  ] as const) {
    for (const rule of [{ kind: 'emptyPage' }, { kind: 'noLengthEarlyClose', atRecordEdge: true }] as const) {
      const fault = instance.server.fail({ ...rule, endpoint, operation: 'list', pageSizeFrom: 1000 })
      const { before, seen, after } = (await fullRead(instance, customers)).lists
      t.ok(
        seen[list]! < Math.min(before[list]!, after[list]!),
        `${endpoint} ${rule.kind}: ${seen[list]} of ${before[list]}`
      )
      fault.clear()
    }
  }
})

t.test('entries of a span that was not asked for end the read', async t => {
  const instance = await threePages(t)
  instance.server.fail({
    kind: 'editRows',
    endpoint: 'contacts',
    edit: row => ({ ...row, company: { id: 999_999 } }),
    nth: 1
  })
  await t.rejects(fullRead(instance, customers), SourceUnreadable)
})

t.test('a page of HTML, a cut page and a page that is no list end the read', async t => {
  const instance = await threePages(t)
  for (const fault of [
    { kind: 'html' } as const,
    { kind: 'truncated' } as const,
    { kind: 'status', status: 200, body: 'null' } as const,
    { kind: 'status', status: 200, body: { code: 'odd' } } as const
  ]) {
    const handle = instance.server.fail({ ...fault, path: companiesPage, after: 1 })
    await t.rejects(fullRead(instance, customers), SourceUnreadable, fault.kind)
    handle.clear()
  }
})

t.test('companies that come to match while the pass is reading are not held against it', async t => {
  const instance = await threePages(t, { now: () => new Date() })
  const { begin, pass, count } = syncTypes[customers]
  const context = instance.calls.call()
  const { position, counts } = await begin(context)
  const kept = openNotebook(syncTypes[customers])
  let seen = 0
  let last = position
  for await (const page of pass(context, position)) {
    kept.take(page)
    seen += page.seen.companies!
    last = page.position
    if (kept.pages.length === 1) instance.server.setStatus(7, 1)
  }
  const after = await count(context, last)
  t.equal(after.companies, counts.companies! + 1)
  t.ok(seen >= Math.min(counts.companies!, after.companies!))
  await tick(instance, customers, kept)
  t.ok(kept.clients.has('7'), 'the next tick brings it')
})

t.test('401 in mid-run means the credentials, 403 names the row to tick', async t => {
  const instance = await threePages(t)
  const unauthorized = { status: 401, body: { code: 'Unauthorized', message: 'UserNotAuthenticated' } }
  const fault = instance.server.fail({ kind: 'status', ...unauthorized, path: companiesPage, after: 1 })
  await t.rejects(fullRead(instance, customers), CredentialsRejected)
  fault.clear()
  instance.server.revoke('contacts')
  await t.rejects(fullRead(instance, customers), { name: 'PermissionMissing', message: /Companies > Contacts/ })
  instance.server.revoke('catalog')
  await t.rejects(fullRead(instance, agreements), PermissionMissing)
})

t.test('an upgrade of the instance in mid-life is followed and saved', async t => {
  const instance = await openInstance(t)
  const kept = await fullRead(instance, customers)
  t.equal(instance.calls.state.codebase, 'v2026_1')
  instance.server.upgrade('v2026_2')
  instance.server.updateCompany(1, { city: 'After the upgrade' })
  instance.server.resetLog()
  t.same((await tick(instance, customers, kept)).ids, ['1'])
  t.equal(instance.calls.state.codebase, 'v2026_2')
  t.equal(instance.server.requests.filter(({ status }) => status === 404).length, 1)
  t.equal(instance.server.requests.filter(({ path }) => path.includes('companyinfo')).length, 1)
})

t.test('a path that is gone after company info has confirmed it ends the read', async t => {
  const instance = await openInstance(t)
  instance.server.fail({ kind: 'status', status: 404, path: /company\/companies\?/ })
  await t.rejects(fullRead(instance, customers), SourceUnavailable)
})

t.test('keys in the other order are found without a saved state', async t => {
  const instance = await openInstance(t, {}, { connected: false })
  const swapped = swappedCredentialsFor(instance.server.url)
  const preview = await syncTypes[customers].preview(
    instance.calls.call({ credentials: swapped, resolved: { 'types:Customer': '1', 'statuses:Active': '1' } })
  )
  t.equal(preview.counts.matched, 3)
  t.equal(
    instance.server.requests.filter(({ status }) => status === 401).length,
    1,
    'requests side by side wait for it'
  )
  t.match(instance.calls.state, { keyOrder: 'swapped', codebase: 'v2026_1' })
})

for (const bundles of [false, 400] as const) {
  t.test(
    `bundles refused with ${bundles || 404}: additions come one agreement at a time, and it is remembered`,
    async t => {
      const plain = await fullRead(await openInstance(t), agreements)
      const instance = await openInstance(t, { bundles })
      const first = await fullRead(instance, agreements)
      t.same([...first.clients], [...plain.clients])
      t.match(instance.calls.state.bundlesRefused, /^v2026_1 20/)
      instance.server.resetLog()
      await fullRead(instance, agreements)
      t.notOk(instance.server.requests.some(({ path }) => path.includes('bundles')))
    }
  )
}

t.test('a record without name or id is set aside, the others come', async t => {
  const instance = await openInstance(t)
  instance.server.fail({ kind: 'oddRecord', id: 1, odd: 'noName' })
  instance.server.fail({ kind: 'oddRecord', id: 7, odd: 'noId' })
  const kept = await fullRead(instance, customers)
  t.same([...kept.clients.keys()], ['10'])
  t.match(kept.rejects, [{ externalId: '1', reason: /no name/ }, { reason: /no id/ }])
  t.equal(kept.lists.seen.companies, 3)
})

t.test('odd records of old instances become the same clients', async t => {
  const instance = await openInstance(t)
  const plain = await fullRead(instance, customers)
  for (const odd of ['numericStrings', 'nulls', 'spacedDates', 'unknownField'] as const) {
    const fault = instance.server.fail({ kind: 'oddRecord', id: 1, odd })
    const kept = await fullRead(instance, customers)
    t.same(kept.clients.get('1')?.contribution, plain.clients.get('1')?.contribution, odd)
    fault.clear()
  }
  for (const odd of ['longName', 'unicodeName'] as const) {
    const fault = instance.server.fail({ kind: 'oddRecord', id: 1, odd })
    const { name } = (await fullRead(instance, customers)).clients.get('1')!.contribution.client
    t.ok(odd === 'longName' ? name.length === 10_000 : name.includes('東京'), odd)
    fault.clear()
  }
})

t.test('an empty answer to a question by id takes no company away', async t => {
  const instance = await openInstance(t)
  instance.server.fail({ kind: 'emptyPage', path: 'id in (', times: 1 })
  const found = await lookUp(instance, customers, ['1', '7', '4711'])
  t.same([...found.clients.keys()], ['1', '7'])
  t.same(found.gone, ['4711'])
  instance.server.fail({ kind: 'oddRecord', id: 7, odd: 'noId' })
  t.same((await lookUp(instance, customers, ['7'])).gone, [], 'nor does a record that came without its id')
})
