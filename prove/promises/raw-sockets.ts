import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import acmeDesk from '../../test/connectors/acme-desk/index.ts'
import { type Chance, chanceOf } from '../chance.ts'
import type { ProvedPromise } from '../promise.ts'
import { type Ground, openGround } from '../proving-ground.ts'

export default {
  promise: 'whoever hangs up, drips, sends too much or two requests as one takes nothing from the next caller',

  async prove({ seed, long, say }) {
    const chance = chanceOf(seed)
    await using ground = await openGround({ connectors: [acmeDesk] })
    const authorization = await ground.as('acme')
    const failures: string[] = []
    const rounds = long ? 300 : 20
    const each = 20
    for (let round = 0; round < rounds; round++) {
      const answers = await Promise.all(Array.from({ length: each }, () => attack(ground, authorization, chance)))
      for (const { what, text } of answers) {
        if (/^HTTP\/1\.1 5/m.test(text) && !/HOST_ERR_OVERLOADED/.test(text))
          failures.push(`${what}: ${text.slice(0, 200)}`)
        if (what === 'smuggle' && (text.match(/^HTTP\/1\.1 200/gm) ?? []).length > 0)
          failures.push(`two requests were read out of one: ${text.slice(0, 200)}`)
      }
      const next = await ground.call('other', 'GET', '/v1/clients')
      if (next.status !== 200) failures.push(`after round ${round} the next caller is answered ${next.status}`)
      if (round % 50 === 49) say(`${(round + 1) * each} connections`)
    }
    // More than the host takes at once have hung up by now: a place that was kept would show.
    await sleep(200)
    const together = await Promise.all(Array.from({ length: 100 }, () => ground.call('acme', 'GET', '/v1/clients')))
    const refused = together.filter(({ status }) => status !== 200).length
    if (refused > 0) failures.push(`${refused} of 100 callers at once were refused at the end`)
    return { figure: `${rounds * each} connections, ${failures.length} with effect on others`, failures }
  }
} satisfies ProvedPromise

type Attack = (write: (bytes: string) => void, authorization: string, chance: Chance) => Promise<void> | void

const head = (line: string, authorization: string, more = '') =>
  `${line} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: ${authorization}\r\n${more}`
const json = 'content-type: application/json\r\n'
const install = 'POST /v1/integrations/acme-desk/install'

const attacks: Readonly<Record<string, Attack>> = {
  'hang up in the head': (write, authorization, chance) => {
    const bytes = head('GET /v1/clients', authorization, '\r\n')
    write(bytes.slice(0, 1 + chance.below(bytes.length - 1)))
  },
  'hang up in the body': (write, authorization, chance) =>
    write(head(install, authorization, `${json}content-length: 4000\r\n\r\n${'{"a":'.repeat(chance.below(700))}`)),
  'hang up at once': (write, authorization) => write(head('GET /v1/clients', authorization, '\r\n')),
  drip: async (write, authorization, chance) => {
    for (const letter of head('GET /v1/clients', authorization).slice(0, 20 + chance.below(30))) {
      write(letter)
      await sleep(2)
    }
  },
  'too long a head': (write, authorization) =>
    write(head('GET /v1/clients', authorization, `x-a: ${'a'.repeat(40_000)}\r\n\r\n`)),
  'too many fields': (write, authorization) =>
    write(head('GET /v1/clients', authorization, `${'a: b\r\n'.repeat(3000)}\r\n`)),
  'too large a body': (write, authorization) =>
    write(head(install, authorization, `${json}content-length: 900000\r\n\r\n${'x'.repeat(70_000)}`)),
  smuggle: (write, authorization, chance) => {
    const inner = head('GET /v1/clients', authorization, '\r\n')
    const lengths = chance.pick([
      `content-length: 5\r\ntransfer-encoding: chunked\r\n`,
      `transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n`,
      `content-length: 5\r\ncontent-length: 6\r\n`,
      `transfer-encoding : chunked\r\n`,
      `transfer-encoding: xchunked\r\n`
    ])
    write(head(install, authorization, `${json}${lengths}\r\n0\r\n\r\n${inner}`))
  },
  'odd bytes': (write, _authorization, chance) =>
    write(Array.from({ length: 200 }, () => String.fromCharCode(chance.below(256))).join('')),
  'odd method': (write, authorization, chance) =>
    write(head(`${chance.pick(['QUERY', 'TRACE', 'PROPFIND', 'PUT', 'X', ''])} /v1/clients`, authorization, '\r\n'))
}

async function attack(
  { port }: Ground,
  authorization: string,
  chance: Chance
): Promise<{ what: string; text: string }> {
  const what = chance.pick(Object.keys(attacks))
  const socket: Socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  let text = ''
  socket.on('data', chunk => {
    text += chunk.toString('latin1')
  })
  const isReset = chance.next() < 0.3
  await attacks[what]!(bytes => socket.write(Buffer.from(bytes, 'latin1')), authorization, chance)
  await sleep(5 + chance.below(60))
  if (isReset) socket.resetAndDestroy()
  else socket.destroy()
  return { what, text }
}
