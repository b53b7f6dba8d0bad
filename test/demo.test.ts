/** What the demo prints is what a visitor pastes: each account that waits can be installed with it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import t from 'tap'
import { autotask } from '../connectors/autotask/index.ts'
import { connectwise } from '../connectors/connectwise/index.ts'

const root = join(import.meta.dirname, '..')

t.test('the demo shows every vendor, and its lines fill the forms of the accounts that wait', async t => {
  const demo = spawn(process.execPath, ['--import', './scripts/preload.js', 'scripts/demo.ts'], {
    cwd: root,
    env: { PATH: process.env.PATH, PORT: '0' }
  })
  t.teardown(() => demo.kill('SIGKILL'))
  let out = ''
  demo.stdout.on('data', data => {
    out += data
  })
  let errors = ''
  demo.stderr.on('data', data => {
    errors += data
  })
  while (!out.includes('Ctrl-C ends it') && demo.exitCode === null)
    await new Promise(resolve => setTimeout(resolve, 50))
  t.equal(errors, '')
  const address = /(http:\S+)\/docs/.exec(out)?.[1]
  const token = /^export TOKEN=(.+)$/m.exec(out)?.[1]
  const ask = async (path: string, payload?: object) => {
    const response = await fetch(`${address}/v1${path}`, {
      method: payload ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(payload && { body: JSON.stringify(payload) })
    })
    return { status: response.status, body: (await response.json()) as any }
  }
  const cards = (await ask('/integrations')).body.items
  t.strictSame(
    cards.map(({ connector, syncTypes }: any) => [connector, syncTypes.every((one: any) => one.installation !== null)]),
    [
      ['autotask', false],
      ['connectwise', true]
    ]
  )
  for (const [connector, first] of [
    [connectwise, 'Username: '],
    [autotask, 'Username (Key): ']
  ] as const) {
    const notes = out
      .slice(out.indexOf(`\n${first}`))
      .trim()
      .split('\n\n')[0]!
    const credentials: Record<string, string> = { ...connector.readNotes!(notes) }
    t.strictSame(Object.keys(credentials).sort(), Object.keys(connector.credentials.properties).sort())
    const syncTypes = connector.syncTypes.map(({ name }) => name)
    const { status, body } = await ask(`/integrations/${connector.name}/install`, { credentials, syncTypes })
    t.equal(status, 201, JSON.stringify(body))
  }
  demo.kill('SIGTERM')
  t.strictSame(await once(demo, 'exit'), [0, null])
})
