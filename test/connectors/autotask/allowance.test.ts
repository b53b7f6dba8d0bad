/** The hour's calls belong to all tools of the MSP. */
import t from 'tap'
import { autotask } from '../../../connectors/autotask/index.ts'
import { SourcePostponed, SourceUnavailable } from '../../../plugins/connector/contract.ts'
import { demoAccount } from '../../doubles/autotask/index.ts'
import { fullRead, lookUp, openInstance, syncTypes, tick } from './instance.ts'

const contracts = 'active-contracts'

t.test('a read takes half of what is left of the hour at most, and goes on later', async t => {
  const instance = await openInstance(t, { callsAnHour: 400, slowdown: [], account: demoAccount(1, 1500) })
  const { server } = instance
  const kept = await fullRead(instance, contracts)
  server.spendCalls(400 - server.callsUsed() - 60)
  server.resetLog()
  const context = instance.calls.call()
  const { position } = await syncTypes[contracts].begin(context)
  const failure: unknown = await (async () => {
    for await (const _page of syncTypes[contracts].pass(context, position));
  })().catch(error => error)
  t.ok(failure instanceof SourcePostponed)
  t.match(failure, { retryAfterMs: 600_000, message: /of 400 calls are used/ })
  const left = 400 - server.callsUsed()
  t.ok(left > 25 && left < 35, `${left} are left to others`)

  t.equal(
    (await lookUp(instance, contracts, [...kept.clients.keys()].slice(0, 1))).clients.size,
    1,
    'an explain gets through'
  )
})

t.test('with few calls left a person’s preview gets through, and a tick waits', async t => {
  const instance = await openInstance(t, { callsAnHour: 1000, slowdown: [] })
  const { server, calls } = instance
  const kept = await fullRead(instance, contracts)
  server.spendCalls(1000 - server.callsUsed() - 6)
  await t.rejects(tick(instance, contracts, kept), SourcePostponed)
  server.spendCalls(-10)
  t.ok((await syncTypes[contracts].preview(calls.call())).counts.matched > 0)
})

t.test('when the hour is used up a run is postponed, and a person is told', async t => {
  const instance = await openInstance(t, {
    callsAnHour: 100,
    slowdown: [],
    overLimit: { status: 429, retryAfter: '120' }
  })
  const { server, calls } = instance
  server.spendCalls(100)
  const failure: any = await syncTypes[contracts].begin(calls.call()).catch(error => error)
  t.ok(failure instanceof SourcePostponed)
  t.equal(failure.retryAfterMs, 120_000)
})

t.test('without a time to wait it is a minute that nobody calls', async t => {
  const instance = await openInstance(t, { callsAnHour: 100, slowdown: [] })
  instance.server.spendCalls(100)
  const began = performance.now()
  const failure: any = await syncTypes[contracts].begin(instance.calls.call()).catch(error => error)
  t.ok(failure instanceof SourcePostponed)
  t.ok(failure.retryAfterMs >= 60_000 && performance.now() - began < 30_000, 'and no run stays for it')
  await t.rejects(
    syncTypes[contracts].preview(instance.calls.call({ signal: AbortSignal.timeout(20_000) })),
    SourceUnavailable
  )
})

t.test('validate tells how many calls are used, and warns from a half on', async t => {
  const instance = await openInstance(t, { callsAnHour: 1000, slowdown: [] })
  const { calls, server } = instance
  const few = await autotask.validate(calls.call())
  t.match(few.checks[2], { name: 'calls-left', status: 'passed', message: /^In the last hour \d+ of 1,000 calls/ })
  t.notOk(few.remarks?.length)
  t.match(few.details, { callsUsed: /of 1,000 calls/, zone: 'Zone 3' })
  server.spendCalls(600)
  const many = await autotask.validate(calls.call())
  t.match(many.checks[2], { status: 'passed', fix: /slows all calls down/ })
  t.match(many.remarks, [/of 1,000 calls/])
})

t.test('no more than two calls are under way at any endpoint, and four in all', async t => {
  const instance = await openInstance(t, { account: demoAccount(1, 900), latencyMs: 10, threads: 2 })
  const { server } = instance
  await fullRead(instance, contracts)
  t.notOk(server.requests.some(({ status }) => status === 429))
  t.ok(server.mostInFlight() > 2 && server.mostInFlight() <= 4, `${server.mostInFlight()}`)
})
