import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { closingConnectionsPlugin } from '../../../plugins/http/closing-connections.ts'
import { httpOptions } from '../../../plugins/http/options.ts'

const head = (method: string, path: string, more = '') => `${method} ${path} HTTP/1.1\r\nhost: a.example\r\n${more}`

/** A server that listens, with a route that answers once it may; everybody else is answered at once. */
async function listen(t: Test, cutAfterMs = 600_000) {
  const gate = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  const server = Fastify(httpOptions)
  await server.register(closingConnectionsPlugin, { cutAfterMs })
  server.get('/quick', async () => ({ quick: true }))
  server.post('/post', async () => ({ posted: true }))
  server.get('/slow', async () => {
    reached.resolve()
    await gate.promise
    return { slow: true }
  })
  await server.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => server.close())
  const { port } = server.server.address() as AddressInfo
  const open = async (text: string): Promise<{ socket: Socket; said: () => string; ended: Promise<unknown> }> => {
    const socket = connect(port, '127.0.0.1')
    let heard = ''
    socket.on('error', () => {})
    socket.setEncoding('utf8').on('data', chunk => {
      heard += chunk
    })
    const ended = new Promise(resolve => socket.once('close', resolve))
    await once(socket, 'connect')
    if (text !== '') socket.write(text)
    return { socket, said: () => heard, ended }
  }
  /** Nothing that was written before is still on its way. */
  const arrived = async () => {
    const last = await open(head('GET', '/quick', 'connection: close\r\n\r\n'))
    await last.ended
  }
  return { server, gate, reached, open, arrived }
}

t.test('a connection on which nothing is asked does not hold the close', async t => {
  const { server, open, arrived } = await listen(t)
  const silent = await open('')
  const half = await open(head('GET', '/quick'))
  const kept = await open(head('GET', '/quick', '\r\n'))
  await once(kept.socket, 'data')
  await arrived()
  await server.close()
  for (const { ended } of [silent, half, kept]) await ended
  t.match(kept.said(), '{"quick":true}')
})

t.test('what is asked is answered, and its connection ends with that', async t => {
  const { server, gate, reached, open, arrived } = await listen(t)
  const slow = await open(head('GET', '/slow', '\r\n'))
  await reached.promise
  await arrived()
  let isClosed = false
  const closed = server.close().then(() => {
    isClosed = true
  })
  await new Promise(resolve => setTimeout(resolve, 50))
  t.notOk(isClosed)
  gate.resolve()
  await closed
  await slow.ended
  t.match(slow.said(), '{"slow":true}')
})

t.test('who does not come to an end is cut', async t => {
  const { server, reached, open, arrived } = await listen(t, 200)
  const slow = await open(head('GET', '/slow', '\r\n'))
  const json = 'content-type: application/json\r\ncontent-length: 10\r\n\r\n{'
  const unfinished = await open(head('POST', '/post', json))
  await reached.promise
  await arrived()
  await server.close()
  await slow.ended
  await unfinished.ended
  t.equal(slow.said(), '')
})
