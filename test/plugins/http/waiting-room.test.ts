import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { closedPort } from '../../closed-port.ts'

t.test('a host whose store is away at start is live, not ready, and says so every few seconds', async t => {
  const [port, store] = [await closedPort(), await closedPort()]
  const env = {
    PATH: process.env.PATH,
    DATA_DIR: t.testdir(),
    PORT: String(port),
    STORAGE_URL: `mongodb://127.0.0.1:${store}/?directConnection=true`
  }
  const child = spawn(process.execPath, ['host.ts'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  t.teardown(() => child.kill('SIGKILL'))
  let said = ''
  child.stdout.on('data', chunk => {
    said += chunk
  })
  const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`).catch(() => null)
  let live = await ask('/health/live')
  for (let tries = 0; !live && tries < 1200; tries++) {
    await sleep(50)
    live = await ask('/health/live')
  }
  t.equal(live?.status, 200)
  const ready = (await ask('/health/ready'))!
  t.equal(ready.status, 503)
  t.match(ready.headers.get('content-type'), /problem\+json/)
  t.match(await ready.json(), { code: 'HOST_ERR_STORE_UNAVAILABLE' })
  t.equal((await ask('/v1/clients'))?.status, 503)
  for (let tries = 0; !/store/i.test(said) && tries < 1200; tries++) await sleep(50)
  t.match(said, /store/i)
})
