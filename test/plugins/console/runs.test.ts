import t from 'tap'
import { idFor } from '../../../plugins/entities/new-id.ts'
import { connectionOf, installationOf, leased, noCounts, runOf } from '../../conformance/storage/fixtures.ts'
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

const start = Date.UTC(2026, 10, 20, 12)
const dayMs = 86_400_000

t.test('runs are shown by day, by kind and by sync type, page by page both ways', async t => {
  const { host, signIn } = await buildConsoleHost(t, { now: () => new Date(start + 2 * dayMs) })
  const [one, two] = [await leased(host.store), await leased(host.store)]
  for (let i = 0; i < 240; i++) {
    const startedAt = new Date(start + (i < 120 ? 0 : dayMs) + i * 60_000)
    const problem = i % 60 === 7
    await host.store.runs.insert(
      runOf(i % 2 ? one : two, {
        id: idFor('run', startedAt.getTime(), String(i)),
        status: problem ? 'failed' : 'succeeded',
        error: problem ? { code: 'HOST_ERR_X', detail: `Failure ${i}` } : null,
        startedAt: startedAt.toISOString(),
        endedAt: startedAt.toISOString(),
        counts: { ...noCounts, updated: problem ? 0 : i + 1 }
      })
    )
  }
  const alex = await signIn()
  const get = async (url: string) => {
    const { status, text } = await alex.get(url)
    t.equal(status, 200, url)
    return text
  }
  const linkOf = (text: string, words: string) =>
    new RegExp(`<a [^>]*href="([^"]+)"[^>]*>\\s*(?:<[^>]*>)*${words}`).exec(text)![1]!.replaceAll('&amp;', '&')
  const shown = (text: string) => [...text.matchAll(/<p>(\d+) changed<\/p>|Failure (\d+)/g)].length
  const daysOf = (text: string) => [...text.matchAll(/<h2 class="day">(?:<a[^>]*>)?([^<]+)/g)].map(([, day]) => day)

  const first = await get('/console/runs')
  t.equal(shown(first), 100)
  t.same(daysOf(first), ['Yesterday'])
  t.match(first, '<p>240 changed</p>', 'the newest first')
  const second = await get(linkOf(first, 'Next page'))
  t.same(daysOf(second), ['Yesterday', 'Friday 20 November'])
  const third = await get(linkOf(second, 'Next page'))
  t.equal(shown(third), 40)
  t.notMatch(third, 'Next page')
  t.equal(shown(await get(linkOf(third, 'Previous'))), 100)
  t.equal(await get(linkOf(second, 'Previous')).then(shown), 100)

  const friday = await get(linkOf(second, 'Friday'))
  t.same([daysOf(friday), shown(friday)], [['Friday 20 November'], 100])
  t.equal(shown(await get(linkOf(friday, 'Next page'))), 20, 'the next page is of that day too')
  t.same(daysOf(await get(linkOf(friday, 'Show every day'))), ['Yesterday'])

  const problems = await get('/console/runs?only=problems')
  t.equal(shown(problems), 4)
  t.match(problems, 'Failure 187')
  t.equal(shown(await get(`/console/runs?only=problems&installation=${two.installationId}`)), 0)
  t.equal(shown(await get(`/console/runs?only=problems&day=2026-11-20&installation=${one.installationId}`)), 2)
  t.match(await get('/console/runs?day=2026-11-19'), 'None of these')
  t.equal(shown(await get('/console/runs?day=2026-02-30')), 100, 'a day that there is not is none')
})

t.test(
  'what is alike in two accounts is told by its account: in the list of runs, on a receipt, and before it is erased',
  async t => {
    const { host, signIn } = await buildConsoleHost(t)
    const { store } = host
    const install = async (account: string, syncType: string) => {
      const connection = connectionOf({ account: { id: account, name: account } })
      t.equal(await store.connections.tryInsert(connection), true)
      const lease = await leased(store, { connectionId: connection.id, syncType })
      const run = runOf(lease, {
        status: 'succeeded',
        endedAt: '2026-01-05T10:00:01.000Z',
        counts: { ...noCounts, created: 1 }
      })
      await store.runs.insert(run)
      return { id: lease.installationId, connectionId: connection.id, run: run.id }
    }
    const alex = await signIn()
    const textOf = async (url: string) =>
      (await alex.get(url)).text.replace(/<style[\s\S]*?<\/style>|<[^>]+>/g, ' ').replace(/\s+/g, ' ')

    const oak = await install('Oakmere', 'things')
    for (const page of [`runs/${oak.run}`, 'runs', `installations/${oak.id}/erase`])
      t.notMatch(await textOf(`/console/${page}`), 'Oakmere', 'one account needs no name')

    const fern = await install('Fernhollow', 'things')
    const list = await textOf('/console/runs')
    t.match(list, /Every sync things, Oakmere things, Fernhollow/)
    t.match(rowsOf((await alex.get('/console/runs')).text).sort(), [/things, Fernhollow/, /things, Oakmere/])
    for (const [one, account] of [
      [oak, 'Oakmere'],
      [fern, 'Fernhollow']
    ] as const) {
      t.match(await textOf(`/console/runs/${one.run}`), `things, ${account} ,`)
      t.match(await textOf(`/console/installations/${one.id}/erase`), `Erase things of ${account} ?`)
      t.match(await textOf(`/console/installations/${one.id}/uninstall`), `Uninstall things of ${account} ?`)
      t.match(await textOf(`/console/installations/${one.id}/schedule`), `The account is ${account} .`)
    }

    // Another sync type of an account has a name of its own; two accounts of one name are counted.
    await store.installations.tryInsert(installationOf({ connectionId: oak.connectionId, syncType: 'others' }))
    await install('Oakmere', 'things')
    t.match(
      await textOf('/console/runs'),
      /Every sync things, Oakmere \(1\) things, Fernhollow others things, Oakmere \(2\)/
    )
  }
)

t.test('a receipt says that something waits as long as what the run held is not decided', async t => {
  const { host, signIn } = await buildConsoleHost(t)
  const { store } = host
  const lease = await leased(store)
  const at = (minute: number) => new Date(start + minute * 60_000).toISOString()
  const run = runOf(lease, { status: 'succeeded', startedAt: at(0), endedAt: at(2), counts: { ...noCounts, held: 3 } })
  await store.runs.insert(run)
  const alex = await signIn()
  type Held = NonNullable<Awaited<ReturnType<typeof store.installations.get>>>['hold']
  const receipt = async (hold: Held) => {
    // A run says what is held, a person what becomes of it.
    await store.leases.commit(lease, { hold: null })
    await store.leases.commit(lease, { hold: hold && { ...hold, decision: null } })
    const { rev } = (await store.installations.get('acme', lease.installationId))!
    if (hold?.decision) t.ok(await store.installations.tryUpdate('acme', lease.installationId, rev, { hold }))
    const { text } = await alex.get(`/console/runs/${run.id}`)
    t.match(text, 'Of 3 clients something would have been taken away; nothing was.')
    return { text, waits: text.includes('Something waits for a decision') && text.includes('/losses">See what') }
  }
  const kinds = { clients: { held: 1, of: 10 }, phones: { held: 2, of: 20 } }
  const hold = { revision: 2, since: at(1), kinds, clients: 3, decision: null }
  const decision = { verdict: 'approve', revision: 2, by: 'alex@acme.example', at: at(5) } as const
  t.equal((await receipt(hold)).waits, true)
  t.equal((await receipt({ ...hold, since: at(2) })).waits, true, 'of the moment in which it ended')
  const some = { ...decision, kinds: ['phones'] as const }
  t.equal((await receipt({ ...hold, decision: some })).waits, true, 'a decision about some kinds leaves the others')
  const decided = await receipt({ ...hold, decision: { ...decision, kinds: null } })
  t.equal(decided.waits, false)
  t.match(decided.text, 'It has been decided.')
  t.notMatch(decided.text, 'does not wait any more', 'which nobody knows before it is carried out')
  const later = await receipt({ ...hold, revision: 9, since: at(3) })
  t.equal(later.waits, false, 'what waits now is what a later run has held')
  t.match(later.text, 'It does not wait any more.')
  t.match((await receipt(null)).text, 'It does not wait any more.')
})
