import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { closedPort } from '../closed-port.ts'
import { launch, needsChromium, openPage } from './chromium.ts'
import { signIn } from './console.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** A host of its own process, as a person starts it; resolves with what it prints once it listens. */
async function start(t: Test, env: Readonly<Record<string, string>>): Promise<{ host: ChildProcess; said: string }> {
  const args = ['--import', './scripts/preload.js', 'host.ts']
  const host = spawn(process.execPath, args, { cwd: root, env: { PATH: process.env.PATH, ...env }, stdio: 'pipe' })
  t.teardown(() => host.kill('SIGKILL'))
  let said = ''
  for (const output of [host.stdout!, host.stderr!])
    output.setEncoding('utf8').on('data', text => {
      said += text
    })
  while (!/A token for tenant "demo"/.test(said)) {
    if (host.exitCode !== null) throw new Error(`the host ended: ${said}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return { host, said }
}

t.test(
  'a host that is killed is missed at once, and its pages go on when another has its place',
  needsChromium,
  async t => {
    const env = { DATA_DIR: t.testdir(), HOST: '127.0.0.1', PORT: String(await closedPort()) }
    const first = await start(t, env)
    const [link = ''] = /http:\/\/127\.0\.0\.1:\d+\/console\/sign-in\?link=[\w-]+/.exec(first.said) ?? []
    const { page } = await openPage(await launch(t))
    await signIn(page, link)
    await page.getByRole('heading', { level: 1, name: 'Integrations' }).waitFor()
    await page.goto(`http://127.0.0.1:${env.PORT}/console/attention`)

    const ended = once(first.host, 'exit')
    first.host.kill('SIGKILL')
    await ended
    await page.locator('#offline').waitFor()
    t.match(await page.locator('#offline').textContent(), /No connection to the host/)
    t.ok(await page.getByText('Nothing needs you').isVisible(), 'what was there stays there')

    await start(t, env)
    await page.locator('#offline').waitFor({ state: 'detached' })
    await page.reload()
    await page.getByText('Nothing needs you').waitFor()
    t.notMatch(page.url(), 'sign-in', 'the session has outlived it')
  }
)
