import { execFile } from 'node:child_process'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { figureOf, type Round, type Row, summarise, writeRows } from '../../bench/peers/compare.ts'
import { airbyte, type Job, singer } from '../../bench/peers/contenders.ts'
import { type PythonEnvironment, readRequirements } from '../../scripts/python-environment.ts'

const program = fileURLToPath(new URL('../../bench/peers/run.ts', import.meta.url))
const bench = (PATH: string) => promisify(execFile)(process.execPath, [program, '--small'], { env: { PATH } })

const python: PythonEnvironment = {
  python: 'python',
  program: name => name,
  versions: new Map([
    ['singer-sdk', '1.0.0'],
    ['airbyte-cdk', '2.0.0']
  ])
}
const job: Job = {
  baseUrl: 'http://127.0.0.1:1/',
  path: 'company/companies',
  username: 'u',
  password: 'p',
  clientId: 'c',
  since: '2000-01-01T00:00:00Z',
  params: { pageSize: 1000 }
}

const row = (name: string, recordsPerSecond: number, recordsPerCpuSecond: number): Row => ({
  name,
  version: '1.0.0',
  store: 'SQLite',
  records: 1000,
  recordsPerSecond,
  recordsPerCpuSecond,
  loadedPerSecond: recordsPerSecond,
  requests: 2,
  noChangeSeconds: 1.5,
  noChangeCpuSeconds: 1.25,
  noChangeRequests: 1
})

t.test('every Python package that the peers get is at one exact version', async t => {
  const pins = readRequirements(await readFile(join(import.meta.dirname, '../../bench/peers/requirements.txt'), 'utf8'))
  for (const name of ['dlt', 'duckdb', 'singer-sdk', 'msgspec', 'airbyte-cdk']) t.ok(pins.get(name), name)
  for (const line of [
    'dlt>=1.31.0',
    'dlt',
    'dlt==1.*',
    'dlt[duckdb]==1.31.0 ; x',
    '-r other.txt',
    'dlt @ file:///dlt'
  ]) {
    t.throws(() => readRequirements(`msgspec==0.22.0\n${line}\n`), { message: `Not a package at one version: ${line}` })
  }
})

t.test('without a Python that is new enough one line says what to do', async t => {
  const folder = t.testdir()
  const wanted = 'Python 3.11 or newer is needed as python3: install it'
  await t.rejects(bench(folder), { code: 1, stdout: '', stderr: `${wanted} (none is there).\n` })
  const old = join(folder, 'python3')
  await writeFile(old, '#!/bin/sh\necho 3.9.18\n')
  await chmod(old, 0o755)
  await t.rejects(bench(folder), { code: 1, stdout: '', stderr: `${wanted} (python3 is 3.9.18).\n` })
})

t.test('a row has the medians of its rounds, per second of the whole run, of CPU and after the start', async t => {
  const round = (ms: number): Round => ({
    first: { wallMs: ms, loadMs: ms / 2, cpuMs: ms * 2, requests: 3 },
    again: { wallMs: ms / 10, loadMs: ms / 20, cpuMs: ms / 5, requests: 1 }
  })
  const rounds = [round(9000), round(1000), round(2000)]
  t.same(summarise({ name: 'n', version: 'v', store: 's', records: 4000 }, rounds), {
    name: 'n',
    version: 'v',
    store: 's',
    records: 4000,
    recordsPerSecond: 2000,
    recordsPerCpuSecond: 1000,
    loadedPerSecond: 4000,
    requests: 3,
    noChangeSeconds: 0.2,
    noChangeCpuSeconds: 0.4,
    noChangeRequests: 1
  })
})

t.test('the goal is met only beside the best peer of each measure', async t => {
  const peers = [row('quick', 100, 10), row('thrifty', 50, 40)]
  const figure = (perSecond: number, perCpuSecond: number) => figureOf(row('ours', perSecond, perCpuSecond), peers)
  t.match(figure(1000, 400), { value: 10, met: true, details: { fastestPeer: 'quick' } })
  t.match(figure(999, 800), { value: 9.99, met: false, details: { timesPerSecond: 9.99, timesPerCpuSecond: 20 } })
  t.match(figure(2000, 120), { value: 3, met: false, details: { timesPerSecond: 20, timesPerCpuSecond: 3 } })
})

t.test('the table has a line for each contender', async t => {
  const [head, , ours, peer] = writeRows([
    row('ours', 12_345, 6789),
    { ...row('peer', 10, 5), noChangeRequests: 2 }
  ]).split('\n')
  t.match(head, /store .* records\/s .* records\/CPU s .* no change/)
  t.equal(ours, '| ours 1.0.0 | SQLite | 12,345 | 6,789 | 12,345 | 2 | 1 request, 1.5 s, 1.25 CPU s |')
  t.match(peer, /^\| peer 1\.0\.0 \| SQLite \| 10 \| 5 \| 10 \| 2 \| 2 requests, /)
})

t.test('the second run of Singer and Airbyte begins at the last state of the first; records are counted', async t => {
  const folder = t.testdir({
    singer: '{"bookmarks":{"companies":1}}\n{"bookmarks":{"companies":2}}\n',
    airbyte: [
      '{"type":"LOG","log":{"message":"{\\"type\\":\\"RECORD\\""}}',
      '{"type":"RECORD","record":{"data":{"id":1}}}',
      '{"type":"STATE","state":{"stream":1}}',
      '{"type":"RECORD","record":{"data":{"id":2}}}',
      '{"type":"STATE","state":{"stream":2}}',
      '{"type":"LOG","log":{}}\n'
    ].join('\n')
  })
  const state = async () => JSON.parse(await readFile(join(folder, 'state.json'), 'utf8'))
  const tap = await singer(python, job).again(folder, join(folder, 'singer'))
  t.same(tap[0]!.slice(-2), ['--state', join(folder, 'state.json')])
  t.same(await state(), { bookmarks: { companies: 2 } })

  const out = join(folder, 'airbyte')
  const source = await airbyte(python, job).again(folder, out)
  t.same(source[0]!.slice(-2), ['--state', join(folder, 'state.json')])
  t.same(await state(), [{ stream: 2 }])
  t.equal(await airbyte(python, job).count(folder, out), 2)
})
