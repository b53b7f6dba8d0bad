import t from 'tap'
import { presentSchedule, scheduleOf } from '../../../../plugins/integrations/installations/schedule.ts'

const defaults = { everyMs: 300_000, compareEveryMs: 86_400_000 }

t.test('a schedule comes back as it was written', async t => {
  for (const every of ['10s', '90s', '5m', '90m', '1h', '24h', '36h', '2d', '30d'])
    t.equal(presentSchedule(scheduleOf({ every }, defaults)).every, every)
  t.same(presentSchedule(scheduleOf(undefined, defaults)), { every: '5m', compareEvery: '24h' })
  t.equal(presentSchedule(scheduleOf({ every: '60s' }, defaults)).every, '1m')
  t.equal(presentSchedule(scheduleOf({ every: '10500ms' }, defaults)).every, '10500ms')
})

t.test('every part out of its range is a problem of its own', async t => {
  const order = { every: '999ms', compareEvery: '91d' }
  try {
    scheduleOf(order, defaults)
    t.fail('it is taken')
  } catch (error) {
    t.match(error, {
      code: 'HOST_ERR_BAD_REQUEST',
      details: { problems: [{ pointer: '/schedule/every' }, { pointer: '/schedule/compareEvery' }] }
    })
  }
})
