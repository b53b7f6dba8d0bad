import t, { type Test } from 'tap'
import type { Checkpoint } from '../../../plugins/connector/contract.ts'
import { openWorkbench } from './workbench.ts'

const minute = 60_000
const hour = 60 * minute

async function synced(t: Test, companies: number, syncTypes: string[] = ['names']) {
  const bench = await openWorkbench(t)
  for (let id = 1; id <= companies; id++) {
    bench.ledger.put(id)
    bench.ledger.contact(id * 10, id)
    bench.ledger.agreement(id * 10, id)
  }
  const ids: string[] = []
  for (const syncType of syncTypes) {
    const id = await bench.install(syncType)
    await bench.run(id)
    ids.push(id)
  }
  return { bench, ledger: bench.ledger, id: ids[0]!, ids }
}

t.test('a poll looks back 15 minutes behind its mark, and once an hour 24 hours', async t => {
  const { bench, ledger, id } = await synced(t, 3)
  const looks: number[] = []
  const marks: (string | undefined)[] = []
  for (let round = 0; round < 8; round++) {
    const { poll } = await bench.installation(id)
    await bench.run(id, { afterMs: 10 * minute })
    looks.push((Date.parse(poll!.mark) - Date.parse(ledger.polls.at(-1)!.since)) / minute)
    marks.push((await bench.installation(id)).poll?.mark)
    t.equal(marks.at(-1), new Date(ledger.clock).toISOString(), 'the mark is when the poll began')
  }
  t.same(looks, [1440, 15, 15, 15, 15, 15, 1440, 15])
})

t.test('what a poll hands on comes back to the next one', async t => {
  const { bench, ledger, id } = await synced(t, 3)
  await bench.run(id)
  await bench.run(id)
  t.same(
    ledger.polls.map(({ memo }) => memo as Checkpoint | undefined),
    [undefined, { round: 1 }]
  )
})

t.test('D6, D8: the mark never falls, unless it lies ahead of the clock', async t => {
  const { bench, ledger, id } = await synced(t, 3)
  await bench.run(id)
  const before = (await bench.installation(id)).poll!.mark
  await bench.run(id, { afterMs: -24 * hour })
  const after = (await bench.installation(id)).poll!.mark
  t.ok(after < before)
  t.equal(after, new Date(ledger.clock).toISOString())
  ledger.put(2, { name: 'Renamed after the clock was set back' })
  t.match(await bench.run(id), [{ counts: { updated: 1 } }])
})

t.test('a change that comes late is found by a deep look, and the account then looked at deep each time', async t => {
  const { bench, ledger, id } = await synced(t, 3)
  for (let round = 0; round < 4; round++) await bench.run(id, { afterMs: 10 * minute })
  // Committed now, with a time of 30 minutes ago.
  const { clock } = ledger
  ledger.clock -= 30 * minute
  ledger.put(2, { name: 'Late' })
  ledger.clock = clock
  for (let round = 0; round < 2; round++) {
    t.match(await bench.run(id, { afterMs: 10 * minute }), [{ counts: { read: 0 } }])
    t.match(await bench.installation(id), { poll: { alwaysDeep: false } })
  }
  t.match(await bench.run(id, { afterMs: 10 * minute }), [{ counts: { updated: 1 } }])
  t.match(await bench.installation(id), { poll: { alwaysDeep: true } })
  await bench.run(id, { afterMs: minute })
  const { mark } = (await bench.installation(id)).poll!
  t.equal(Date.parse(mark) - Date.parse(ledger.polls.at(-1)!.since), 24 * hour + minute)
})

t.test('an account whose changes come in time is not looked at deep each time', async t => {
  const { bench, ledger, id } = await synced(t, 3)
  for (let round = 0; round < 20; round++) {
    ledger.put(1 + (round % 3), { name: `Name ${round}` })
    ledger.put(100 + round)
    await bench.run(id, { afterMs: 10 * minute })
  }
  t.match(await bench.installation(id), { poll: { alwaysDeep: false } })
})

t.test('a quiet tick after a bulk change reads nothing, left out and set aside ones included', async t => {
  const { bench, ledger, id } = await synced(t, 30)
  for (let one = 1; one <= 30; one++) ledger.put(one, { name: `Renamed ${one}` })
  for (let one = 101; one <= 130; one++) ledger.put(one, { status: 'Prospect' })
  for (let one = 201; one <= 210; one++) ledger.put(one, { name: null })
  ledger.contact(9000, 110)
  const [bulk] = await bench.run(id)
  t.match(bulk!.counts, { updated: 30, leftOut: 30, setAside: 10 })
  for (let round = 0; round < 3; round++) {
    const asked = ledger.asked.length
    const [quiet] = await bench.run(id, { afterMs: 5 * minute })
    t.match(quiet!.counts, { read: 0 })
    const rows = ledger.asked.slice(asked).filter(({ by }) => by !== 'poll')
    t.same(rows.length, 2, 'asked by ids for nobody')
  }
  const seen = await bench.store.seen.load(id, ['101', '201'])
  t.match(
    seen.find(({ key }) => key === '101'),
    { leftOut: { rule: 'active', words: 'It is Prospect' }, setAside: null }
  )
  t.match(
    seen.find(({ key }) => key === '201'),
    { leftOut: null, setAside: 'It has no name' }
  )
  ledger.put(201, { name: 'Now it has' })
  await bench.run(id)
  t.same(await bench.store.seen.load(id, ['201']), [])
})

t.test('what was set aside gets another chance with a deep look an hour later', async t => {
  const { bench, ledger, id } = await synced(t, 3)
  ledger.unreadable.add('contact:700')
  ledger.put(70)
  ledger.contact(700, 70)
  t.match(await bench.run(id), [{ counts: { setAside: 1 } }])
  for (let round = 0; round < 5; round++)
    t.match(await bench.run(id, { afterMs: 10 * minute }), [{ counts: { read: 0 } }])
  ledger.unreadable.clear()
  t.match(await bench.run(id, { afterMs: 10 * minute }), [{ counts: { created: 1 } }])
  t.match(await bench.installation(id), { poll: { alwaysDeep: false } }, 'it was not the vendor’s being late')
})

t.test('a change within two seconds of the reading is looked at once more', async t => {
  const { bench, ledger, id } = await synced(t, 3)
  await bench.run(id)
  ledger.put(1, { name: 'First' })
  await bench.run(id, { afterMs: 500 })
  const at = ledger.companies.get(1)!.at
  ledger.put(1, { name: 'Second, in the same second' })
  ledger.companies.get(1)!.at = at
  t.match(await bench.run(id, { afterMs: 3000 }), [{ counts: { updated: 1 } }])
  t.equal((await bench.client(1)).profile.name, 'Second, in the same second')
  t.match(await bench.run(id), [{ counts: { read: 0 } }])
})

t.test('B4: an agreement that moves closes at the old client and opens at the new one in the same run', async t => {
  const { bench, ledger, id } = await synced(t, 10, ['contracts'])
  ledger.agreement(11, 1)
  await bench.run(id)
  ledger.agreement(11, 2)
  const [run] = await bench.run(id)
  t.match(run, { status: 'succeeded', took: { agreements: 1 } })
  const of = async (client: number) =>
    (await bench.client(client)).agreements.map(({ externalId, status }) => [externalId, status])
  t.same(await of(1), [
    ['10', 'active'],
    ['11', 'gone']
  ])
  t.same(await of(2), [
    ['11', 'active'],
    ['20', 'active']
  ])
  t.match(await bench.run(id), [{ counts: { updated: 0, created: 0 } }])
  ledger.agreement(11, 1)
  await bench.run(id)
  t.same(await of(1), [
    ['10', 'active'],
    ['11', 'active']
  ])
})

t.test('B2: the agreements of a company that was merged into another stand there, once', async t => {
  const { bench, ledger, id } = await synced(t, 10, ['contracts'])
  ledger.put(3, { deleted: true })
  ledger.agreement(30, 4)
  await bench.run(id)
  await bench.run(id, { compare: true })
  t.match(await bench.client(3), { status: 'gone', agreements: [{ externalId: '30', status: 'gone' }] })
  t.match(await bench.client(4), { agreements: [{ externalId: '30', status: 'active' }, { externalId: '40' }] })
})

t.test('two sync types of a connection are polled together, over one window, each with its receipt', async t => {
  const { bench, ledger, ids } = await synced(t, 3, ['names', 'contracts'])
  const [names, contracts] = ids as [string, string]
  ledger.clock += 10 * minute
  ledger.put(1, { name: 'Renamed' })
  const { rev } = await bench.installation(names)
  // The other one is due within half an interval only.
  const other = await bench.installation(contracts)
  await bench.store.installations.tryUpdate(bench.tenant, contracts, other.rev, { dueInMs: 20 * minute })
  await bench.store.installations.tryUpdate(bench.tenant, names, rev, { dueInMs: 0 })
  const before = await Promise.all(ids.map(async id => (await bench.installation(id)).lastRunId))
  const dispatcher = bench.dispatcher()
  await dispatcher.tick()
  const runs = await Promise.all(ids.map((id, at) => bench.ended(id, before[at])))
  t.match(runs, [
    { mode: 'incremental', status: 'succeeded', counts: { updated: 1 } },
    { mode: 'incremental', status: 'succeeded' }
  ])
  t.equal(new Set(ledger.polls.slice(-2).map(({ since }) => since)).size, 1)
  const after = await bench.installation(contracts)
  t.ok(after.dueAt! > other.dueAt! - hour / 2 && after.leaseOwner === null)
  t.equal(dispatcher.running, 0)
})

t.test('a client that changes by date is read again on that day', async t => {
  const { bench, ledger, id } = await synced(t, 3)
  const [syncType] = ledger.connector.syncTypes
  const { map } = syncType!
  const today = () => new Date(ledger.clock).toISOString().slice(0, 10)
  Object.assign(syncType!, {
    map: (record: { company: { id: number } }) => {
      const contribution = map(record)
      if (record.company.id !== 2) return contribution
      const begun = today() >= '2026-03-03'
      const name = begun ? 'Begun' : 'Not yet'
      return { client: { ...contribution.client, name }, ...(!begun && { changesOn: '2026-03-03' }) }
    }
  })
  await bench.run(id, { compare: true })
  t.match(await bench.run(id), [{ counts: { read: 0 } }])
  t.match(await bench.run(id, { afterMs: 48 * hour }), [{ counts: { read: 1, updated: 1 } }])
  t.equal((await bench.client(2)).profile.name, 'Begun')
  t.match(await bench.run(id), [{ counts: { read: 0 } }])
  t.match(await bench.installation(id), { poll: { alwaysDeep: false } })
})

t.test('the roster names who takes part, in the vendor’s order, with the agreements that are live', async t => {
  const { bench, ledger, id } = await synced(t, 12, ['contracts'])
  ledger.agreements.delete(30)
  ledger.agreement(31, 3)
  await bench.run(id)
  const entries: unknown[] = []
  const syncType = ledger.connector.syncTypes.find(({ name }) => name === 'contracts')!
  const { poll } = syncType
  Object.assign(syncType, {
    async *poll(context: Parameters<typeof poll>[0]) {
      for (let after: string | null = null; ; ) {
        const some = await context.roster(after, 5)
        if (some.length === 0) break
        entries.push(...some.map(({ id: client, agreements }) => [client, agreements.join()]))
        after = some.at(-1)!.id
      }
      yield* poll(context)
    }
  })
  await bench.run(id)
  t.same(entries.slice(0, 4), [
    ['1', '10'],
    ['2', '20'],
    ['3', '31'],
    ['4', '40']
  ])
  t.equal(entries.length, 12)
})
