import t from 'tap'
import { idFor } from '../../../plugins/entities/new-id.ts'
import { countRunDays } from '../../../plugins/runs/days.ts'
import type { Lease, Run, Store } from '../../../plugins/storage/port.ts'
import { openSqliteStore } from '../../../plugins/storage/sqlite/open.ts'
import { buildTestHost } from '../../build-test-host.ts'
import { leased, runOf } from '../../conformance/storage/fixtures.ts'

const now = new Date('2026-11-28T10:00:00Z')

let last = 0

/** A run that began at a moment of November. */
function put(store: Store, lease: Lease, at: string, change: Partial<Run> = {}): Promise<void> {
  const startedAt = `2026-11-${at}:00.000Z`
  const id = idFor('run', Date.parse(startedAt), String(++last))
  return store.runs.insert(runOf(lease, { id, status: 'succeeded', startedAt, endedAt: startedAt, ...change }))
}

t.test('runs are counted by the day on which they began, looks that found nothing each, failures too', async t => {
  const { host, call } = await buildTestHost(t, { now: () => now })
  const { store } = host
  const [one, two] = [await leased(store), await leased(store)]
  await put(store, one, '28T09:00', { status: 'running', endedAt: null })
  await put(store, one, '28T00:00', { folded: { runs: 120, last: 'run_x' } })
  await put(store, one, '27T23:59', { status: 'failed' })
  await put(store, one, '27T12:00', { status: 'interrupted' })
  await put(store, two, '27T12:00', { status: 'failed' })
  await put(store, one, '26T00:00')
  await put(store, one, '25T23:59')
  const { body } = await call('acme', 'GET', `/v1/runs/days?days=3&installationId=${one.installationId}`)
  t.same(body, {
    items: [
      { day: '2026-11-26', ended: 1, failed: 0 },
      { day: '2026-11-27', ended: 2, failed: 1 },
      { day: '2026-11-28', ended: 120, failed: 0 }
    ],
    partial: false
  })
  const all = (await call('acme', 'GET', '/v1/runs/days')).body
  t.equal(all.items.length, 30)
  t.match(all.items.slice(-2), [{ ended: 3, failed: 2 }, { ended: 120 }], 'of all installations')
  t.ok((await call('globex', 'GET', '/v1/runs/days')).body.items.every(({ ended }: any) => ended === 0))
  for (const days of ['0', '100', 'x', '-1'])
    t.equal((await call('acme', 'GET', `/v1/runs/days?days=${days}`)).status, 400, days)
})

t.test('where there are too many runs the oldest days are left out, and no day is counted in part', async t => {
  const store = await openSqliteStore({ url: ':memory:' })
  t.teardown(() => store.close())
  const lease = await leased(store)
  for (const day of ['26', '27', '28'])
    for (const hour of ['01', '02', '03']) await put(store, lease, `${day}T${hour}:00`)
  const counted = async (most: number) => {
    const { items, partial } = await countRunDays(store, 'acme', { days: 3, most }, now)
    return `${items.map(({ day, ended }) => `${day.slice(-2)}: ${ended}`).join(', ')}${partial ? ', and more' : ''}`
  }
  t.equal(await counted(9), '26: 3, 27: 3, 28: 3')
  t.equal(await counted(8), '27: 3, 28: 3, and more')
  t.equal(await counted(6), '28: 3, and more')
  t.equal(await counted(2), ', and more')
})
