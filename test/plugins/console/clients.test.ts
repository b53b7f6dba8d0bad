import t, { type Test } from 'tap'
import { agreementOf, connectionOf, leased, profileOf, put, recordOf } from '../../conformance/storage/fixtures.ts'
import { type Browser, buildConsoleHost, type ConsoleHost } from './console-host.ts'

const start = Date.UTC(2026, 10, 1)
const at = (minutes: number) => new Date(start + minutes * 60_000).toISOString()

/** 120 clients, `Client 000` first, the last of them changed first; the console's clock stands an hour later. */
async function manyClients(t: Test): Promise<ConsoleHost> {
  const built = await buildConsoleHost(t, { now: () => new Date(start + 3600_000) })
  const { store } = built.host
  const connection = connectionOf({ id: 'con_a' })
  await store.connections.tryInsert(connection)
  const lease = await leased(store, { connectionId: connection.id })
  await put(
    store,
    lease,
    Array.from({ length: 120 }, (_, i) =>
      recordOf(lease, String(i), {
        profile: profileOf(`Client ${String(i).padStart(3, '0')}`),
        status: i % 60 === 7 ? 'gone' : 'active',
        createdAt: at(i < 118 ? 0 : 45),
        updatedAt: at(45 - i / 10)
      })
    )
  )
  return built
}

const textOf = (html: string) =>
  html
    .replace(/<svg[\s\S]*?<\/svg>|<[^>]+>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, ' ')
const namesOf = (html: string) => [...html.matchAll(/<bdi>Client (\d+)<\/bdi>/g)].map(([, number]) => Number(number))
const footOf = (html: string) => textOf(/<nav class="pager"[\s\S]*?<\/nav>/.exec(html)![0]).trim()

/** The address of a link by its words. */
function linkOf(html: string, words: string): string {
  const found = [...html.matchAll(/<a [^>]*href="([^"]+)"[^>]*>([\s\S]*?)<\/a>/g)].find(
    ([, , inner]) => textOf(inner!).trim() === words
  )
  if (!found) throw new Error(`no link "${words}"`)
  return found[1]!.replaceAll('&amp;', '&')
}

async function follow(browser: Browser, html: string, words: string): Promise<string> {
  const { status, text } = await browser.get(linkOf(html, words))
  if (status !== 200) throw new Error(`${words}: ${status}`)
  return text
}

t.test('Manage Clients is walked to its end and back by links, and says how much of it is shown', async t => {
  const { signIn } = await manyClients(t)
  const alex = await signIn()
  const first = (await alex.get('/console/clients')).text
  t.equal(footOf(first), '1–50 of 120 Next page')
  t.equal(namesOf(first)[0], 0)
  const second = await follow(alex, first, 'Next page')
  t.equal(footOf(second), '51–100 of 120 First page Previous Next page')
  const last = await follow(alex, second, 'Next page')
  t.equal(footOf(last), '101–120 of 120 First page Previous')
  t.same(namesOf(last).slice(0, 2), [100, 101])
  const back = await follow(alex, last, 'Previous')
  t.equal(footOf(back), '51–100 of 120 First page Previous Next page')
  t.same(namesOf(back), namesOf(second))
  const begin = await follow(alex, back, 'Previous')
  t.equal(footOf(begin), '1–50 of 120 Next page', 'which is the first page')
  t.equal(footOf(await follow(alex, last, 'First page')), '1–50 of 120 Next page')
  t.equal(footOf((await alex.get('/console/clients?status=gone')).text), '2 clients')
  const forgotten = linkOf(first, 'Next page').replace(/&passed=\d+/, '')
  t.match(footOf((await alex.get(forgotten)).text), /^50 clients of 120 /, 'a link that does not count')
})

t.test('where a page ends early, as its clients are large, positions are right both ways', async t => {
  const { host, signIn } = await buildConsoleHost(t)
  const lease = await leased(host.store)
  for (let i = 0; i < 64; i++) {
    const agreements = [agreementOf(String(i), { contractName: 'x'.repeat(i < 20 ? 700_000 : 150_000) })]
    const profile = profileOf(`Client ${String(i).padStart(3, '0')}`)
    await put(host.store, lease, [recordOf(lease, String(i), { profile, agreements })])
  }
  const alex = await signIn()
  const fits = (html: string, way: string) => {
    const names = namesOf(html)
    t.match(footOf(html), `${names[0]! + 1}–${names.at(-1)! + 1} of 64 `, way)
  }
  let html = (await alex.get('/console/clients')).text
  let pages = 1
  for (; html.includes('>Next page'); pages++) {
    fits(html, 'forth')
    html = await follow(alex, html, 'Next page')
  }
  t.ok(pages > 4, `${pages} pages`)
  for (; html.includes('>Previous'); pages--) {
    fits(html, 'back')
    if (pages === 3) fits(await follow(alex, html, 'Next page'), 'and forth again')
    html = await follow(alex, html, 'Previous')
  }
  fits(html, 'at the beginning')
})

t.test('a column that sorts does so by a link, says which way, and keeps its filter', async t => {
  const { signIn } = await manyClients(t)
  const alex = await signIn()
  const sorted = (html: string) =>
    [...html.matchAll(/<th [^>]*aria-sort="(\w+)"[^>]*>.*?>(\w+)/g)].map(([, way, title]) => `${title} ${way}`)
  const usual = (await alex.get('/console/clients?status=active')).text
  t.same(sorted(usual), ['Name ascending'])
  const down = await follow(alex, usual, 'Name')
  t.same(sorted(down), ['Name descending'])
  t.same(namesOf(down).slice(0, 2), [119, 118])
  t.match(linkOf(down, 'Next page'), /order=-name/, 'the next page goes on in it')
  t.same(namesOf(await follow(alex, down, 'Next page'))[0], 69)
  t.same(sorted(await follow(alex, down, 'Name')), ['Name ascending'])
  const newest = await follow(alex, usual, 'Changed')
  t.same(sorted(newest), ['Changed descending'], 'the newest first')
  t.equal(namesOf(newest)[0], 0)
  const oldest = await follow(alex, newest, 'Changed')
  t.same([sorted(oldest), namesOf(oldest)[0]], [['Changed ascending'], 119])
  t.notOk(namesOf(oldest).includes(67), 'those that are gone stay left out')
  const searched = (await alex.get('/console/clients?search=client&order=-changed')).text
  t.same(sorted(searched), ['Name ascending'], 'what is searched for is listed by name')
  t.throws(() => linkOf(searched, 'Changed'))
  t.equal(footOf(searched), '50 clients, and more Next page')
  t.equal(footOf(await follow(alex, searched, 'Next page')), '51–100, and more First page Previous Next page')
})

t.test('clients that have come within half an hour are marked', async t => {
  const { signIn } = await manyClients(t)
  const { text } = await (await signIn()).get('/console/clients?order=-name')
  const marked = [...text.matchAll(/<bdi>Client (\d+)<\/bdi>(?:(?!<bdi>Client)[\s\S])*?>Just arrived</g)]
  t.same(
    marked.map(([, number]) => Number(number)),
    [119, 118]
  )
})

t.test('the file is of what is shown, and is not offered where there is nothing', async t => {
  const { signIn } = await manyClients(t)
  const alex = await signIn()
  const { text } = await alex.get('/console/clients?status=gone&order=-name')
  const { status, headers, text: file } = await alex.get(linkOf(text, 'Export CSV'))
  t.equal(status, 200)
  t.match(headers['content-type'], 'text/csv')
  t.match(headers['content-disposition'], /^attachment; filename="clients-2026-11-01\.csv"$/)
  t.same(
    file
      .split('\r\n')
      .slice(1, -1)
      .map(line => line.split(',')[0]),
    ['Client 067', 'Client 007']
  )
  t.throws(() => linkOf('', 'Export CSV'))
  t.notMatch((await alex.get('/console/clients?search=zzz')).text, 'Export CSV')
  const robin = await signIn(['integrations:read'], 'acme', 'robin@acme.example')
  t.equal((await robin.get('/console/clients.csv')).status, 403)
})

t.test('agreements of a client are called agreements, in its heading and in its table', async t => {
  const { host, signIn } = await buildConsoleHost(t)
  const lease = await leased(host.store)
  const record = recordOf(lease, '1', { agreements: [agreementOf('1')] })
  await put(host.store, lease, [record])
  const { text } = await (await signIn()).get(`/console/clients/${record.id}`)
  t.match(
    text,
    /<h2 id="agreements">Agreements<[\s\S]*<caption class="unseen">Agreements of this client<[\s\S]*Agreement<\/th>/
  )
  t.notMatch(textOf(text), /contract/i)
})
