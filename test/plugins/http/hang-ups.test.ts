import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import Fastify, { type FastifyInstance } from 'fastify'
import t from 'tap'
import { onceOver } from '../../../plugins/http/once-over.ts'
import { overloadPlugin } from '../../../plugins/http/overload.ts'
import { problemPlugin } from '../../../plugins/http/problem.ts'

const places = 3

interface Listening {
  readonly fastify: FastifyInstance
  readonly port: number
  /** Requests that have come as far as the given phase. */
  readonly reached: { handler: number; hook: number; over: number }
}

/** A host that takes three requests at once, one of whose routes never answers and one answers for ever. */
async function listening(t: { teardown(close: () => unknown): void }): Promise<Listening> {
  const reached = { handler: 0, hook: 0, over: 0 }
  const fastify = Fastify({ forceCloseConnections: true })
  t.teardown(() => fastify.close())
  await fastify.register(problemPlugin)
  await fastify.register(overloadPlugin, { most: places })
  fastify.addHook('onRequest', async (_request, reply) => {
    reached.hook++
    onceOver(reply, () => {
      reached.over++
    })
  })
  fastify.get('/never', () => {
    reached.handler++
    return new Promise<never>(() => {})
  })
  fastify.get('/endless', (_request, reply) => {
    reached.handler++
    reply.hijack()
    reply.raw.write('x'.repeat(1_000_000))
  })
  fastify.post('/body', async () => 'taken')
  fastify.get('/fast', async () => 'done')
  await fastify.listen({ host: '127.0.0.1', port: 0 })
  return { fastify, port: (fastify.server.address() as { port: number }).port, reached }
}

async function open(port: number, bytes: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(bytes)
  return socket
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 6000; tries++) {
    if (holds()) return
    await sleep(10)
  }
  throw new Error('it never came to that')
}

const head = (method: string, path: string, more = '') => `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${more}\r\n`

const phases = {
  'before its head is whole': { bytes: 'GET /never HTTP/1.1\r\nhost: 127', hooks: 0 },
  'while its handler works': { bytes: head('GET', '/never'), hooks: places },
  'in the middle of its body': {
    bytes: `${head('POST', '/body', 'content-type: application/json\r\ncontent-length: 500\r\n')}{"half`,
    hooks: places
  },
  'in the middle of the answer': { bytes: head('GET', '/endless'), hooks: places }
}

for (const [phase, { bytes, hooks }] of Object.entries(phases)) {
  t.test(`a caller who hangs up ${phase} gives its place back, once`, async t => {
    const { port, reached } = await listening(t)
    for (let round = 0; round < 3; round++) {
      const sockets = await Promise.all(Array.from({ length: places }, () => open(port, bytes)))
      await until(() => reached.hook === hooks * (round + 1) + round)
      if (hooks > 0) {
        const full = await fetch(`http://127.0.0.1:${port}/fast`)
        t.equal(full.status, 503, 'the places are taken while they are there')
        await full.body?.cancel()
      }
      for (const socket of sockets) {
        if (round === 1) socket.resetAndDestroy()
        else socket.destroy()
      }
      await until(() => reached.over === reached.hook)
      const answer = await fetch(`http://127.0.0.1:${port}/fast`)
      t.equal(answer.status, 200, `round ${round + 1}: the host answers`)
      await answer.text()
    }
    await until(() => reached.over >= reached.hook)
    t.equal(reached.over, reached.hook, 'each end is told once')
  })
}

t.test('pipelined requests on a connection that is cut give all their places back', async t => {
  const { port, reached } = await listening(t)
  const socket = await open(port, head('GET', '/never').repeat(places))
  await until(() => reached.hook >= 1)
  socket.destroy()
  await until(() => reached.over === reached.hook)
  t.equal((await fetch(`http://127.0.0.1:${port}/fast`)).status, 200)
})
