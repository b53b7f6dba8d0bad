import t from 'tap'
import { PassedOver } from '../../../../connectors/connectwise/syncs/passed-over.ts'

const since = new Date('2026-03-01T00:00:00Z')

t.test('a change is remembered with its time, through a checkpoint', async t => {
  const memory = new PassedOver(since)
  memory.add('c1', '2026-03-01T10:00:00Z')
  memory.add('a2', '2026-03-01T10: 00: 01Z')
  const again = new PassedOver(since, memory.toString())
  t.ok(again.has('c1', '2026-03-01T10:00:00Z'))
  t.ok(again.has('a2', '2026-03-01T10:00:01Z'))
  t.notOk(again.has('c1', '2026-03-01T10:00:01Z'), 'a later change is another one')
  t.notOk(again.has('c2', '2026-03-01T10:00:00Z'))
})

t.test('what the poll does not reach any more, and what has no time, is not kept', async t => {
  const memory = new PassedOver(since)
  memory.add('c1', '2026-02-28T23:59:59Z')
  memory.add('c2', undefined)
  memory.add('c3', 'soon')
  t.equal(memory.toString(), '')
  t.notOk(memory.has('c2', undefined))
})

t.test('it stays bounded: the newest are kept', async t => {
  const memory = new PassedOver(since)
  for (let second = 0; second < 5000; second++) {
    memory.add(`c${second}`, new Date(since.getTime() + second * 1000).toISOString())
  }
  const again = new PassedOver(since, memory.toString())
  t.ok(memory.toString().length < 40_000)
  t.ok(again.has('c4999', new Date(since.getTime() + 4_999_000).toISOString()))
  t.notOk(again.has('c0', since.toISOString()))
})
