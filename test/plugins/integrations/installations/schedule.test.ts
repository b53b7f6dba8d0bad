import t from 'tap'
import { presentSchedule, scheduleOf } from '../../../../plugins/integrations/installations/schedule.ts'

const defaults = { everyMs: 300_000, compareEveryMs: 86_400_000 }
const free = { syncEveryMinMs: 1000, compareEveryMinMs: 1000 }

t.test('a schedule comes back as it was written', async t => {
  for (const every of ['10s', '90s', '5m', '90m', '1h', '24h', '36h', '2d', '30d'])
    t.equal(presentSchedule(scheduleOf(free, { every }, defaults)).every, every)
  t.same(presentSchedule(scheduleOf(free, undefined, defaults)), { every: '5m', compareEvery: '24h' })
  t.equal(presentSchedule(scheduleOf(free, { every: '60s' }, defaults)).every, '1m')
  t.equal(presentSchedule(scheduleOf(free, { every: '10500ms' }, defaults)).every, '10500ms')
})

t.test('every part out of its range is a problem of its own', async t => {
  const order = { every: '999ms', compareEvery: '91d' }
  t.match(refusal(free, order), {
    code: 'HOST_ERR_BAD_REQUEST',
    details: { problems: [{ pointer: '/schedule/every' }, { pointer: '/schedule/compareEvery' }] }
  })
})

t.test('the operator says how short a tenant’s intervals may be', async t => {
  const bounds = { syncEveryMinMs: 60_000, compareEveryMinMs: 3_600_000 }
  t.match(scheduleOf(bounds, { every: '1m', compareEvery: '1h' }, defaults), { everyMs: 60_000 })
  t.match(refusal(bounds, { every: '59s', compareEvery: '59m' }), {
    details: { problems: [{ message: /from 1m to 30d/ }, { message: /from 1h to 90d/ }] }
  })
  t.same(scheduleOf(bounds, {}, { everyMs: 1000, compareEveryMs: 1000 }), { everyMs: 1000, compareEveryMs: 1000 })
})

function refusal(bounds: typeof free, order: { every?: string; compareEvery?: string }): unknown {
  try {
    return scheduleOf(bounds, order, defaults)
  } catch (error) {
    return error
  }
}
