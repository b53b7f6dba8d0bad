import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import Fastify from 'fastify'
import t from 'tap'
import { schedulePlugin } from '../../../plugins/sync/schedule.ts'

t.test('the tick goes on after one that failed, and never overlaps itself', async t => {
  const fastify = Fastify()
  t.teardown(() => fastify.close())
  let ticks = 0
  let inside = 0
  let most = 0
  const enough = new EventTarget()
  await fastify.register(schedulePlugin, {
    everyMs: 5,
    tick: async () => {
      most = Math.max(most, ++inside)
      await wait(20)
      inside--
      if (++ticks === 3) enough.dispatchEvent(new Event('reached'))
      throw new Error('the store does not answer')
    }
  })
  const reached = once(enough, 'reached')
  await fastify.ready()
  await reached
  t.equal(most, 1)
})

t.test('nothing ticks before the host is ready, nor after it is closed', async t => {
  const fastify = Fastify()
  let ticks = 0
  await fastify.register(schedulePlugin, {
    everyMs: 1,
    tick: async () => {
      ticks++
    }
  })
  await wait(20)
  t.equal(ticks, 0)
  await fastify.ready()
  await fastify.close()
  const before = ticks
  await wait(20)
  t.equal(ticks, before)
})
