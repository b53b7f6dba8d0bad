/** What every connector must hold, whatever its vendor. Its own test is this call and the vendor's quirks. */
import { setTimeout as wait } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { Value } from 'typebox/value'
import type { Connector, PassPage, SyncType } from '../../plugins/connector/contract.ts'
import { checkDeclaration } from '../../plugins/connector/declaration.ts'
import { deepFreeze } from './connector/deep-freeze.ts'
import { openNotebook, readOn, readPass } from './connector/notebook.ts'
import { Contribution } from './connector/schemas.ts'
import { openVendorCalls, type VendorCalls } from './connector/vendor-call.ts'

export interface ConnectorDouble {
  /** Origin that the operator would allow. */
  readonly origin: string
  readonly credentials: Readonly<Record<string, string>>
  /** The same form with keys that the double refuses. */
  readonly wrongCredentials: Readonly<Record<string, string>>
  /** Requests received so far. */
  requests(): number
  close(): Promise<void>
}

export interface ConnectorSuiteOptions {
  /**
   * Starts the vendor's double with an account that takes several pages to read, whose records a poll of today would
   * not all find changed.
   */
  readonly startDouble: () => Promise<ConnectorDouble>
}

export function connectorSuite(connector: Connector, { startDouble }: ConnectorSuiteOptions): void {
  const open = async (test: Test) => {
    const double = await startDouble()
    test.teardown(() => double.close())
    const options = { allow: double.origin, credentials: double.credentials }
    const calls = await openVendorCalls(test, connector, options)
    await calls.connect()
    return { double, calls }
  }

  t.test(`${connector.name}: its declaration passes the checks of the boot`, async test => {
    test.doesNotThrow(() => checkDeclaration(connector))
  })

  t.test(`${connector.name}: a refused credential is a value, and no secret is said or logged`, async test => {
    const { calls, double } = await open(test)
    const validation = await connector.validate(calls.call({ credentials: double.wrongCredentials }))
    test.equal(validation.valid, false)
    test.ok(
      validation.checks.some(({ status, fix }) => status === 'failed' && fix),
      'a failed check says what to do'
    )
    for (const { pointer } of validation.problems) {
      const [, field = ''] = pointer.split('/')
      test.ok(field in connector.credentials.properties || field === 'settings', `${pointer} names a field`)
    }
    const shown = JSON.stringify([validation, connector.describe(double.wrongCredentials)])
    noSecrets(test, connector, double.wrongCredentials, [shown, ...calls.logged])
  })

  for (const syncType of connector.syncTypes) {
    t.test(`${connector.name} ${syncType.name}`, async test => {
      const { calls, double } = await open(test)
      await completePass(test, calls, syncType)
      await resume(test, calls, syncType)
      await idle(test, calls, syncType)
      await byIdAndName(test, calls, syncType)
      await stopping(test, calls, double, syncType)
      noSecrets(test, connector, double.credentials, calls.logged)
    })
  }
}

async function completePass(test: Test, calls: VendorCalls, syncType: SyncType): Promise<void> {
  const first = await readPass(syncType, calls.call())
  const second = await readPass(syncType, calls.call())
  const pages = first.pages as PassPage<unknown>[]
  test.ok(pages.length > 2, 'the double’s account takes several pages')
  test.ok(first.clients.size > 0, 'it has records that take part')
  test.equal(new Set(first.ids).size, first.ids.length, 'no id comes twice in a pass')
  test.same(sorted(first.clients), sorted(second.clients), 'two reads give the same ids and the same contributions')
  test.ok(Object.keys(first.lists.before).length > 0, 'the vendor counts a list at least')
  test.same(first.lists.seen, first.lists.before, 'as many came of each list as the vendor counts')
  test.same(first.lists.after, first.lists.before, 'and counts the same at the end')

  for (const { position, covers, records } of pages) {
    if (!Value.Check(syncType.position, position)) test.fail('a position does not fit its schema')
    for (const record of records) {
      deepFreeze(record)
      const id = syncType.id(record)
      const { after, through } = covers
      const before = (a: string, b: string) => (syncType.idOrder === 'numeric' ? Number(a) < Number(b) : a < b)
      if (!((after === null || before(after, id)) && (through === null || !before(through, id))))
        test.fail(`record ${id} is outside of what its page covers`)
    }
  }
  coversAll(
    test,
    syncType,
    pages.map(({ covers }) => covers)
  )

  for (const record of pages.flatMap(({ records }) => records)) {
    if (syncType.rules.some(rule => rule.test(record) !== true)) continue
    const mapped = syncType.map(record)
    if (!Value.Check(Contribution, mapped)) test.fail(`record ${syncType.id(record)} maps to what no client may be`)
    if (JSON.stringify(mapped) !== JSON.stringify(syncType.map(structuredClone(record))))
      test.fail(`record ${syncType.id(record)} maps to two different results`)
    const owned = [...Object.keys(mapped.client), ...(mapped.agreements ? ['agreements'] : [])]
    if (owned.some(field => !(syncType.owns as readonly string[]).includes(field)))
      test.fail(`record ${syncType.id(record)} gives a field that the sync type does not own`)
    if (syncType.facts(record).name === '') test.fail(`the facts of ${syncType.id(record)} have no name`)
  }
}

function coversAll(
  test: Test,
  { idOrder }: SyncType,
  spans: readonly { after: string | null; through: string | null }[]
): void {
  const compare = (a: string, b: string) => (idOrder === 'numeric' ? Number(a) - Number(b) : a < b ? -1 : 1)
  const inOrder = spans.toSorted((a, b) => (a.after === null ? -1 : b.after === null ? 1 : compare(a.after, b.after)))
  test.equal(inOrder[0]?.after, null, 'the first span has no beginning')
  test.equal(inOrder.at(-1)?.through, null, 'the last span has no end')
  const gaps = inOrder.slice(1).filter((span, index) => span.after !== inOrder[index]!.through)
  test.same(gaps, [], 'spans follow each other without gap or overlap')
}

async function resume(test: Test, calls: VendorCalls, syncType: SyncType): Promise<void> {
  const whole = await readPass(syncType, calls.call())
  const before = openNotebook(syncType)
  for (const page of whole.pages.slice(0, -1) as PassPage<unknown>[]) {
    before.take(page)
    // A saved position has been through JSON.
    const position = JSON.parse(JSON.stringify(page.position))
    const after = await readOn(syncType, calls.call(), position, whole.lists.before)
    const ids = [...before.ids, ...after.ids]
    test.equal(ids.length, whole.ids.length, `as many records, resumed after page ${before.pages.length}`)
    test.same(new Set(ids), new Set(whole.ids), `the same set, resumed after page ${before.pages.length}`)
  }
}

async function idle(test: Test, calls: VendorCalls, syncType: SyncType): Promise<void> {
  const kept = await readPass(syncType, calls.call())
  for (const round of [1, 2]) {
    const tick = openNotebook(syncType)
    const { memo, known } = kept
    for await (const page of syncType.poll(calls.poll({ since: new Date(), memo, known, roster: kept.roster() })))
      tick.take(page)
    test.equal(tick.read, 0, `a tick in which nothing changed reads no record (${round})`)
    test.same(tick.gone, [], 'and finds nothing gone')
    test.ok(tick.memo === undefined || Value.Check(syncType.memo, tick.memo), 'its memo fits the schema')
    kept.memo = tick.memo
  }
}

async function byIdAndName(test: Test, calls: VendorCalls, syncType: SyncType): Promise<void> {
  const whole = await readPass(syncType, calls.call())
  const ids = [...whole.clients.keys()].slice(0, 600)
  const missing = '987654321'
  const found = openNotebook(syncType)
  for await (const page of syncType.lookup(calls.call(), [...ids, missing])) found.take(page)
  test.same(found.gone, [missing], 'an id that the vendor does not have comes back as gone')
  test.same(
    sorted(found.clients),
    sorted(new Map(ids.map(id => [id, whole.clients.get(id)!]))),
    'records read by id are the same as in a pass'
  )
  const name = whole.clients.get(ids[0]!)!.contribution.client.name
  const named = await syncType.search(calls.call(), name)
  test.ok(named.length <= 10, 'a search brings ten at most')
  test.ok(
    named.some(record => syncType.facts(record).name === name),
    'a record is found by its name'
  )
  const preview = await syncType.preview(calls.call())
  test.equal(preview.counts.matched, whole.clients.size, 'the preview counts what a pass brings')
}

async function stopping(test: Test, calls: VendorCalls, double: ConnectorDouble, syncType: SyncType): Promise<void> {
  const ending = new AbortController()
  const reason = new Error('the lease is lost')
  const aborted = async () => {
    const context = calls.call({ signal: ending.signal })
    for await (const _page of syncType.pass(context, (await syncType.begin(context)).position)) ending.abort(reason)
  }
  await test.rejects(aborted(), reason, 'an abort ends the read with its reason')
  await settles(test, double, 'after an abort')

  const context = calls.call()
  for await (const _page of syncType.pass(context, (await syncType.begin(context)).position)) break
  await settles(test, double, 'after the consumer has stopped')
}

/** What is in flight may end; nothing follows it. */
async function settles(test: Test, double: ConnectorDouble, when: string): Promise<void> {
  await wait(150)
  const requests = double.requests()
  await wait(150)
  test.equal(double.requests(), requests, `no request follows ${when}`)
}

function sorted(clients: ReadonlyMap<string, unknown>): [string, unknown][] {
  return [...clients].toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function noSecrets(
  test: Test,
  connector: Connector,
  credentials: Readonly<Record<string, string>>,
  texts: readonly string[]
): void {
  const fields = connector.credentials.properties as Record<string, { writeOnly?: boolean }>
  for (const [field, value] of Object.entries(credentials)) {
    if (!fields[field]?.writeOnly) continue
    // A secret may stand behind something that is none: samplecompany_c+key.
    for (const secret of [value, value.split('+').at(-1)!])
      test.notOk(
        texts.some(text => text.includes(secret)),
        `${field} is nowhere in what was said or logged`
      )
  }
}
