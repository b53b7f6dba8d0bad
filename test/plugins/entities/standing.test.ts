import fc from 'fast-check'
import t from 'tap'
import { standingOf } from '../../../plugins/entities/standing.ts'
import type { ClientPart } from '../../../plugins/entities/stored-client.ts'
import { day } from './desk.ts'

const part = (installationId: string, change: Partial<ClientPart>): ClientPart => ({
  installationId,
  syncType: installationId,
  status: 'active',
  statusReason: null,
  statusSince: day(1),
  standing: 'active',
  standingReason: null,
  standingSince: day(1),
  hash: '',
  stamps: {},
  version: null,
  changesOn: null,
  open: [],
  kept: {},
  token: 1,
  runId: 'run_1',
  seenAt: day(1),
  ...change
})
const before = { status: 'active', statusSince: day(1) } as const
const stands = (...parts: ClientPart[]) => standingOf(parts, before, day(5))
const lost = { status: 'inactive', standing: 'inactive', statusReason: 'Lost', standingReason: 'Lost' } as const
const without = { status: 'inactive', statusReason: 'It has no agreement' } as const
const gone = { status: 'gone', standing: 'gone', statusReason: 'Gone', standingReason: 'Gone' } as const

t.test('who saw the newest version says whether the client is active, in whatever order they looked', async t => {
  t.match(stands(part('a', { version: '1' }), part('b', { ...lost, version: '2', seenAt: day(0) })), {
    status: 'inactive',
    statusReason: 'Lost',
    statusSince: day(5)
  })
  t.match(stands(part('a', { version: '2' }), part('b', { ...lost, version: '1', seenAt: day(9) })), {
    status: 'active',
    statusReason: null,
    statusSince: day(1)
  })
  t.match(stands(part('a', { version: '2' }), part('b', { ...lost, version: '2' })), { status: 'active' })
})

t.test('a part that finds nothing for its sync type says nothing of the client', async t => {
  t.match(stands(part('a', { version: '1' }), part('b', { ...without, version: '2' })), { status: 'active' })
  t.match(stands(part('b', { ...without, version: '2' })), { status: 'inactive', statusReason: 'It has no agreement' })
})

t.test('gone counts whoever saw it, until another has seen a newer version alive', async t => {
  t.match(stands(part('a', { version: '1' }), part('b', { ...gone, version: '1' })), {
    status: 'gone',
    statusReason: 'Gone'
  })
  t.match(stands(part('a', { version: '2' }), part('b', { ...gone, version: '1' })), { status: 'active' })
})

t.test('the order of the parts changes nothing', async () => {
  const version = fc.constantFrom(null, '1', '2')
  const state = fc.constantFrom({}, lost, without, gone)
  const one = (id: string) => fc.tuple(state, version).map(([change, seen]) => part(id, { ...change, version: seen }))
  fc.assert(
    fc.property(one('a'), one('b'), one('c'), (a, b, c) => {
      const texts = [stands(a, b, c), stands(c, b, a), stands(b, a, c)].map(standing => JSON.stringify(standing))
      if (new Set(texts).size > 1) throw new Error(texts.join(' or '))
    })
  )
})
