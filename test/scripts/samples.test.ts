import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { connectwise } from '../../connectors/connectwise/index.ts'
import type { Connector } from '../../plugins/connector/contract.ts'
import { type Recorded, type RecordOptions, record } from '../../scripts/samples/record.ts'
import { type Replay, replay } from '../../scripts/samples/replay.ts'
import { openNotebook } from '../conformance/connector/notebook.ts'
import { openVendorCalls } from '../conformance/connector/vendor-call.ts'
import acmeDesk from '../connectors/acme-desk/index.ts'
import { account, startAcmeDesk, token } from '../connectors/acme-desk/server.ts'
import { credentialsFor } from '../connectors/connectwise/credentials.ts'
import { startConnectWise, tinyAccount } from '../doubles/connectwise/index.ts'

const desk = acmeDesk.connector
const now = () => new Date('2026-11-02T12:00:00.000Z')

async function openDesk(t: Test) {
  const rows = [
    { ...account('a1', 'Harbour Hotel Ltd'), email: 'front.desk@harbour-hotel.test' },
    { ...account('a10', 'Ropes & Sons'), email: 'Mary Smith <mary@ropes.test>' },
    { ...account('a2', 'Quiet Shipyard', false), email: null }
  ].map(row => ({ ...row, updatedAt: '2026-10-01T08:00:00.000Z' }))
  const server = await startAcmeDesk(new Map(rows.map(row => [row.id, row])))
  t.teardown(() => server.close())
  return { credentials: { token, region: server.url }, allow: server.url, now, rows } satisfies RecordOptions & {
    rows: unknown
  }
}

/** The files in a folder, served. */
async function served(t: Test, files: Recorded): Promise<Replay> {
  const folder = mkdtempSync(join(tmpdir(), 'samples-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  for (const [file, text] of files) writeFileSync(join(folder, file), text)
  const server = await replay(folder)
  t.teardown(() => server.close())
  return server
}

/** A complete pass of each sync type, as the host makes it. */
async function passes(t: Test, connector: Connector, credentials: Replay['credentials'], allow: string, settings = {}) {
  const calls = await openVendorCalls(t, connector, { credentials, allow, settings, attempts: 1, now })
  await calls.connect()
  const read = []
  for (const syncType of connector.syncTypes) {
    const notebook = openNotebook(syncType)
    const { position } = await syncType.begin(calls.call())
    for await (const page of syncType.pass(calls.call(), position)) notebook.take(page)
    read.push(
      [...notebook.clients]
        .map(([id, { contribution }]) => ({ id, ...contribution }))
        .sort((a, b) => (a.id < b.id ? -1 : 1))
    )
  }
  return read
}

t.test('samples of an account name nobody, and hold no secret', async t => {
  const { rows, ...options } = await openDesk(t)
  const files = await record(desk, options)
  const all = [...files.values()].join('\n')
  t.ok(files.size > 5)
  t.match(all, /"email"/, 'the vendor’s own words stay')
  t.match(all, /2026-10-01T08:00:00\.000Z/, 'so do its moments')
  for (const word of [
    'Harbour',
    'Hotel',
    'Ropes',
    'Sons',
    'Mary',
    'Smith',
    'Shipyard',
    'front.desk',
    '.test',
    token,
    'Acme Testing',
    options.allow
  ])
    t.notMatch(all, word, word)
  t.ok(
    rows.every(({ id }) => all.includes(`"${id}"`)),
    'ids stay: their order does'
  )
})

t.test('the same account gives the same samples, another key others', async t => {
  const { rows: _, ...options } = await openDesk(t)
  const first = await record(desk, options)
  t.same([...(await record(desk, options))], [...first])
  const { body } = JSON.parse(first.get('index.json')!).samples.find(({ path }: { path: string }) =>
    path.startsWith('/accounts?')
  )
  const { openReplacer } = await import('../../scripts/samples/replace.ts')
  const other = openReplacer({ secrets: ['desk_other'], keep: [], origins: new Map() })
  t.notSame(other.value({ name: 'Harbour Hotel Ltd' }), { name: JSON.parse(first.get(body)!).accounts[0].name })
})

t.test(
  'served again, they are the account: the same ids take part, and each name is the same wherever it stands',
  async t => {
    const { rows: _, ...options } = await openDesk(t)
    const server = await served(t, await record(desk, options))
    const [clients] = await passes(t, desk, server.credentials, server.url)
    t.same(
      clients!.map(({ id }) => id),
      ['a1', 'a10']
    )
    const [hotel, ropes] = clients!
    t.match(hotel!.client.name, /^[A-Z][a-z]{6} [A-Z][a-z]{4} [A-Z][a-z]{2}$/)
    t.match(ropes!.client.emails![0]!.value, /^[a-z]{4}@[a-z]{5}\.example$/)

    const calls = await openVendorCalls(t, desk, {
      credentials: server.credentials,
      allow: server.url,
      attempts: 1,
      now
    })
    const found = await desk.syncTypes[0]!.search(calls.call(), hotel!.client.name)
    t.equal(found.length, 1, 'searched by its new name')
    t.same(server.unanswered, [])
    await t.rejects(desk.syncTypes[0]!.search(calls.call(), 'Nobody'), { code: 'HOST_ERR_SOURCE_UNAVAILABLE' })
    t.match(server.unanswered, [/name=Nobody/], 'what was not recorded is no answer, and told')
  }
)

t.test('amounts, pages by header and addresses in answers survive', async t => {
  const server = await startConnectWise({ account: tinyAccount() })
  t.teardown(() => server.close())
  const options = {
    credentials: credentialsFor(server.url),
    allow: server.url,
    now,
    pages: 100,
    keep: ['Billable', 'Inactive']
  }
  const files = await record(connectwise, options)
  const before = await passes(t, connectwise, options.credentials, server.url)
  const again = await served(t, files)
  const after = await passes(t, connectwise, again.credentials, again.url, again.settings)
  const sums = (read: typeof before) =>
    read.map(clients =>
      clients.map(({ id, agreements = [] }) => [
        id,
        agreements.map(one => [one.externalId, one.overallCost, one.status])
      ])
    )
  t.ok(JSON.stringify(sums(before)).includes('.'))
  t.same(sums(after), sums(before))
  t.same(again.unanswered, [])
  t.notMatch([...files.values()].join(''), server.url)
})

t.test('an account that refuses the credentials is not recorded', async t => {
  const { rows: _, ...options } = await openDesk(t)
  const wrong = { ...options, credentials: { ...options.credentials, token: 'desk_0000_not-a-real-token' } }
  await t.rejects(record(desk, wrong), /nothing was recorded/)
})

t.test('samples that would still hold a secret are not written', async t => {
  const server = await startAcmeDesk(new Map([[token, account(token, 'An id that is the token')]]))
  t.teardown(() => server.close())
  const options = { credentials: { token, region: server.url }, allow: server.url, now }
  await t.rejects(record(desk, options), /would still name a secret; nothing was written/)
})

t.test('a secret is found however a sample would write it', async t => {
  const { rows: _, ...options } = await openDesk(t)
  for (const [pin, path] of [
    ['not "a" real pin', '/me'],
    ['never a real pin!', `/me?${new URLSearchParams({ auth: 'user:never a real pin!' })}`]
  ] as const) {
    const asking = {
      ...desk,
      credentials: { ...desk.credentials, properties: { ...desk.credentials.properties, pin: { writeOnly: true } } },
      async validate(context: Parameters<typeof desk.validate>[0]) {
        await context.http.request({
          url: options.allow + path,
          method: 'POST',
          json: { auth: path === '/me' ? `user:${pin}` : '' }
        })
        return desk.validate(context)
      }
    } as unknown as Connector
    const recorded = record(asking, { ...options, credentials: { ...options.credentials, pin } })
    await t.rejects(recorded, /would still name a secret; nothing was written/, path)
  }
})

t.test('the command takes the credentials from a file and says nothing of them', async t => {
  const { credentials, allow } = await openDesk(t)
  const folder = mkdtempSync(join(tmpdir(), 'recorded-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'credentials.json')
  const out = join(folder, 'samples')
  writeFileSync(file, JSON.stringify(credentials))
  const root = join(import.meta.dirname, '../..')
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['--import', './scripts/preload.js', ...args], { cwd: root })
  const given = ['--credentials', file, '--out', out, '--allow', allow]
  const { stdout } = await run('scripts/record-connector.ts', './test/connectors/acme-desk', ...given)
  t.match(stdout, /passed: token accepted[\s\S]*active-accounts[\s\S]*files in/)
  t.ok(readdirSync(out).includes('index.json'))
  for (const said of [stdout, ...readdirSync(out).map(name => readFileSync(join(out, name), 'utf8'))])
    t.notOk(said.includes(token))
  const misused: any = await run('scripts/record-connector.ts', 'acme-desk').catch(failure => failure)
  t.match(misused.stderr, /npm run connector:record -- NAME/)
  writeFileSync(file, `{"token": ${token}}`)
  const broken: any = await run('scripts/record-connector.ts', './test/connectors/acme-desk', ...given).catch(
    failure => failure
  )
  t.match(broken.stderr, /credentials\.json is not JSON/)
  t.notMatch(broken.stderr, token.slice(0, 8))
  writeFileSync(file, JSON.stringify({ token }))
  const short: any = await run('scripts/record-connector.ts', './test/connectors/acme-desk', ...given).catch(
    failure => failure
  )
  t.match(short.stderr, /does not fit the install form: \/region is missing/)
  t.notMatch(short.stderr, token.slice(0, 8))
})

t.test('samples of somebody else name no file outside of their folder', async t => {
  const { rows: _, ...options } = await openDesk(t)
  const files = await record(desk, options)
  const index = JSON.parse(files.get('index.json')!)
  for (const body of ['../secret.json', '/etc/hostname', 'index.json', '0001.json/../../secret.json']) {
    const samples = [{ ...index.samples[0], body }]
    await t.rejects(served(t, new Map([['index.json', JSON.stringify({ ...index, samples })]])), /as a body/, body)
  }
})
