import t from 'tap'
import type { PassPage } from '../../../plugins/connector/contract.ts'
import { mapPage } from '../../../plugins/sync/map-page.ts'
import { createLedger } from './ledger.ts'

const at = '2026-03-01T00:00:00.000Z'
const { connector } = createLedger()
const reading = {
  syncType: connector.syncTypes[0]!,
  runId: 'run_1',
  at,
  readAt: Date.parse(at) + 60_000,
  label: 'page'
}

function mapped(...names: (string | null)[]) {
  const records = names.map((name, index) => ({
    company: { id: index + 1, name, status: 'Active', deleted: false, type: '1', at },
    children: [],
    unread: [],
    wantedTypes: ['1']
  }))
  const covers = { after: null, through: null }
  const page: PassPage<unknown> = { records, covers, position: {}, seen: {} }
  return mapPage(page, reading)
}

t.test('a record is measured by its bytes, and one of more than 8 MiB is set aside', async t => {
  const million = 1024 * 1024
  const { answers, rejects, present, tally } = mapped(
    'é'.repeat(3 * million),
    '漢'.repeat(3 * million),
    'x'.repeat(8 * million),
    'x'.repeat(8 * million - 1000)
  )
  t.same([...answers.keys()], ['1', '4'])
  t.same(
    rejects.map(({ externalId }) => externalId),
    ['2', '3']
  )
  t.match(rejects[0], { reason: /larger than 8 MiB/ })
  t.ok(rejects.every(({ payload }) => payload!.length <= 64 * 1024))
  t.same([...present], ['1', '2', '3', '4'], 'what is set aside is there')
  t.match(tally.counts, { read: 4, setAside: 2 })
})

t.test('a record that comes twice in a page counts twice and is judged once', async t => {
  const page = mapped('A')
  const { company } = { company: { id: 1, name: 'B', status: 'Active', deleted: false, type: '1', at } }
  const twice = { records: [1, 2].map(() => ({ company, children: [], unread: [], wantedTypes: ['1'] })) }
  const { answers, tally } = mapPage({ ...twice }, reading)
  t.equal(answers.size, 1)
  t.match(tally.counts, { read: 2, unchanged: 1 })
  t.equal(page.answers.size, 1)
})
