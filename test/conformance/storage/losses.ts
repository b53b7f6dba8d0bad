import type { Test } from 'tap'
import { lossKinds } from '../../../plugins/entities/loss.ts'
import type { LossRow } from '../../../plugins/storage/port.ts'
import { all, badCursor, first, leased, lossItem, lossOf, noCursors, type Open, pageOf, putLosses } from './fixtures.ts'

export async function lossCases(t: Test, open: Open): Promise<void> {
  const { store } = await open(t)
  const { losses } = store
  const ids = (rows: readonly LossRow[]) => rows.map(row => row.externalId)

  await t.test('a loss comes back as it was put, whatever its texts', async t => {
    const lease = await leased(store)
    const item = lossItem('costs', {
      key: 'cost:$7.x',
      was: '1.00',
      to: null,
      amount: { sum: 'USD/Monthly', value: '1.00' }
    })
    const client = lossItem('clients', { key: 'client', leaves: { status: 'inactive', rule: 'is-$active' } })
    const row = lossOf(lease, 'ключ', { items: [item, client], clientName: '$Ünï "q" 😀', state: 'held' })
    await putLosses(store, lease, [row])
    t.same(await losses.of(lease.installationId, ['ключ', 'none', 'ключ']), [row])
    t.same(await losses.of(lease.installationId, []), [])
  })

  await t.test('they are listed in text order, by their states and by who staged them', async t => {
    const lease = await leased(store)
    const { installationId } = lease
    const states = ['staged', 'looked', 'held', 'passed', 'taken'] as const
    const names = ['10', '9', '1', 'ä', '😀', '\uff5e', '2', '11']
    const rows = names.map((id, i) => lossOf(lease, id, { state: states[i % 5]!, by: i % 2 ? 'pass_1' : 'run_2' }))
    await putLosses(store, lease, rows)
    const sorted = rows.toSorted((a, b) => Buffer.compare(Buffer.from(a.externalId), Buffer.from(b.externalId)))
    for (const wanted of [['staged'], ['held', 'taken'], [...states], ['looked', 'looked']] as const) {
      for (const by of [undefined, 'pass_1', 'run_2', 'none']) {
        const filter = { states: wanted, ...(by !== undefined && { by }) }
        const expected = sorted.filter(
          row => (wanted as readonly string[]).includes(row.state) && (by ?? row.by) === row.by
        )
        t.same(await losses.list(installationId, filter, null, 100), expected)
        const walked: LossRow[] = []
        for (;;) {
          const next = await losses.list(installationId, filter, walked.at(-1)?.externalId ?? null, 2)
          if (next.length === 0) break
          walked.push(...next)
        }
        t.same(walked, expected)
      }
    }
  })

  await t.test('marking changes the state of those named, and not of one with a newer token', async t => {
    const lease = await leased(store)
    const newer = lossOf(lease, '3', { token: lease.token + 1 })
    await putLosses(store, lease, [lossOf(lease, '1', { token: 0 }), lossOf(lease, '2'), newer])
    for (let time = 0; time < 2; time++) {
      await losses.mark(lease, ['1', '3', 'none'], 'passed')
      t.same(await losses.list(lease.installationId, { states: ['passed', 'staged'] }, null, 10), [
        lossOf(lease, '1', { state: 'passed' }),
        lossOf(lease, '2'),
        newer
      ])
    }
    await losses.mark(lease, [], 'taken')
  })

  await t.test('removing is for those named of one installation, and may be repeated', async t => {
    const [lease, other] = [await leased(store), await leased(store)]
    for (const each of [lease, other])
      await putLosses(
        store,
        each,
        ['1', '2'].map(id => lossOf(each, id))
      )
    for (let time = 0; time < 2; time++) await losses.remove(lease, ['1', 'none'])
    t.same(ids(await losses.of(lease.installationId, ['1', '2'])), ['2'])
    t.equal((await losses.of(other.installationId, ['1', '2'])).length, 2)
  })

  await t.test('what others have left with an older token is dropped, but for what is held', async t => {
    const lease = await leased(store)
    const states = ['staged', 'looked', 'held', 'passed', 'taken'] as const
    const rows = states.flatMap(state => [
      lossOf(lease, `${state}-left`, { state, by: 'run_old', token: 0 }),
      lossOf(lease, `${state}-mine`, { state, by: 'pass_1', token: 0 }),
      lossOf(lease, `${state}-new`, { state, by: 'run_new' })
    ])
    await putLosses(store, lease, rows)
    await losses.dropStale(lease, 'pass_1', lease.token)
    const left = ids(await losses.list(lease.installationId, { states: [...states] }, null, 100))
    const dropped = ['staged-left', 'looked-left', 'passed-left', 'taken-left']
    t.same(
      left,
      ids(rows)
        .filter(id => !dropped.includes(id))
        .sort()
    )
  })

  await t.test('held ones are listed for the tenant, by kind if wanted', async t => {
    const lease = await leased(store)
    const { installationId } = lease
    const rows = Array.from({ length: 24 }, (_, i) =>
      lossOf(lease, `client-${String(i).padStart(2, '0')}`, {
        state: i % 6 === 5 ? 'staged' : 'held',
        items: [
          lossItem(lossKinds[i % 8]!),
          lossItem(lossKinds[(i + 3) % 8]!),
          lossItem(lossKinds[i % 8]!, { key: 'x' })
        ]
      })
    )
    await putLosses(store, lease, rows)
    const held = rows.filter(row => row.state === 'held')
    for (const kind of [null, ...lossKinds]) {
      const expected = held.filter(row => kind === null || row.items.some(item => item.kind === kind))
      for (const limit of [1, 3, 100]) {
        t.same(await all(limit, page => losses.listHeld('acme', installationId, kind, page)), expected, `${kind}`)
      }
      t.same((await losses.listHeld('other', installationId, kind, first)).items, [])
    }
    await losses.mark(lease, ids(held).slice(1), 'passed')
    t.same((await losses.listHeld('acme', installationId, null, first)).items, [held[0]])
    await store.clients.write(lease, pageOf({ settled: ids(held) }))
    t.same((await losses.listHeld('acme', installationId, null, first)).items, [])
    for (const cursor of noCursors) {
      await t.rejects(losses.listHeld('acme', installationId, null, { limit: 1, cursor }), badCursor, cursor)
    }
  })
}
