import t from 'tap'
import { idFor } from '../../../plugins/entities/new-id.ts'
import { leased, noCounts, runOf } from '../../conformance/storage/fixtures.ts'
import { buildConsoleHost } from './console-host.ts'

/** The rows of the page, as they are read. */
const rowsOf = (text: string) =>
  [...text.matchAll(/<div class="run [\s\S]*?<span class="run-when">/g)].map(([row]) =>
    row
      .replace(/<svg[\s\S]*?<\/svg>|<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
  )

t.test('looks that found nothing are one line of the day, however they are kept, and say how many', async t => {
  const { host, signIn } = await buildConsoleHost(t)
  const { store } = host
  const lease = await leased(store)
  const alex = await signIn()
  const put = (second: number, counts: object = {}) => {
    const startedAt = new Date(Date.parse('2026-01-05T10:00:00Z') + second * 1000).toISOString()
    const run = runOf(lease, {
      id: idFor('run', Date.parse(startedAt), String(second)),
      status: 'succeeded',
      startedAt,
      endedAt: startedAt,
      counts: { ...noCounts, ...counts }
    })
    return store.runs.insert(run).then(() => run)
  }
  let row = ''
  for (const second of [1, 2, 3]) row = (await store.runs.fold(await put(second)))!
  await put(4, { read: 2, updated: 2 })
  // As it was kept before there were such rows.
  await put(5)
  await put(6)
  const { text } = await alex.get('/console/runs')
  t.match(rowsOf(text), [/Looked 2 times, nothing had changed/, /2 changed/, /Looked 3 times, nothing had changed/])
  t.match(rowsOf((await alex.get('/console/runs?only=changes')).text), [/2 changed/])
  t.equal(rowsOf((await alex.get('/console/runs?only=changes')).text).length, 1)
  t.match((await alex.get(`/console/runs/${row}`)).text, /3 looks for changes/)
})
