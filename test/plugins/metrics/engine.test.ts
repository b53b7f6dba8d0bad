import { Registry } from 'prom-client'
import t, { type Test } from 'tap'
import { CredentialsRejected } from '../../../plugins/connector/failures.ts'
import { engineMetrics } from '../../../plugins/metrics/engine.ts'
import { createDispatcher } from '../../../plugins/sync/dispatcher.ts'
import { openWorkbench } from '../sync/workbench.ts'

async function countedWorkbench(t: Test) {
  const registry = new Registry()
  const bench = await openWorkbench(t)
  const parts = { ...bench.parts, events: engineMetrics(registry) }
  /** Summed over all series of this process that have these labels; undefined: there are none. */
  async function total(name: string, labels: Record<string, string> = {}): Promise<number | undefined> {
    const metrics = (await registry.getMetricsAsJSON()) as any[]
    const metric = metrics.find(one => one.name === `integration_host_${name}`)
    const values: any[] = (metric?.values ?? []).filter((value: any) =>
      Object.entries(labels).every(([label, wanted]) => value.labels[label] === wanted)
    )
    return values.length === 0 ? undefined : values.reduce((sum, { value }) => sum + value, 0)
  }
  return { bench, parts, total, registry }
}

t.test('a run that goes on with a pass counts what it reads, not what an earlier one has counted', async t => {
  const { bench, parts, total } = await countedWorkbench(t)
  for (let id = 1; id <= 40; id++) bench.ledger.put(id)
  const id = await bench.install('names')
  let cut = true
  bench.ledger.beforePage = (page, _context, by) => {
    if (by !== 'pass' || page !== 2 || !cut) return
    cut = false
    throw new Error('a mistake in the connector')
  }
  const dispatcher = createDispatcher(parts)
  await dispatcher.tick()
  const failed = await bench.ended(id)
  t.match(failed, { status: 'failed', counts: { created: 20 } })
  t.equal(await total('records_total', { outcome: 'created' }), 20)

  const { rev } = await bench.installation(id)
  await bench.store.installations.tryUpdate(bench.tenant, id, rev, { compareDueInMs: 0 })
  await dispatcher.tick()
  t.match(await bench.ended(id, failed.id), { status: 'succeeded', counts: { created: 40 } })
  await dispatcher.close()
  t.equal(await total('records_total', { outcome: 'created' }), 40)
  t.equal(await total('runs_started_total', { mode: 'full' }), 2)
  t.equal(await total('runs_ended_total', { status: 'failed' }), 1)
  t.equal(await total('runs_ended_total', { status: 'succeeded' }), 1)
  t.equal(await total('run_errors_total', { code: 'HOST_ERR_RUN_BUG' }), 1)
})

t.test('why a run needs a person is counted by code', async t => {
  const { bench, parts, total } = await countedWorkbench(t)
  bench.ledger.beforePage = () => {
    throw new CredentialsRejected('The ledger refuses the token')
  }
  const id = await bench.install('names')
  const dispatcher = createDispatcher(parts)
  await dispatcher.tick()
  await bench.ended(id)
  await dispatcher.close()
  t.equal(await total('run_errors_total', { code: 'HOST_ERR_CREDENTIALS_REJECTED', connector: 'ledger' }), 1)
})

t.test('a lease that its former holder did not release is counted as taken over, and not as late', async t => {
  const { bench, parts, registry, total } = await countedWorkbench(t)
  bench.ledger.put(1)
  const id = await bench.install('names')
  await bench.store.leases.claimDue('crashed', 1, 1)
  await new Promise(resolve => setTimeout(resolve, 10))
  const dispatcher = createDispatcher(parts)
  await dispatcher.tick()
  await bench.ended(id)
  await dispatcher.close()
  t.equal(await total('leases_claimed_total'), 1)
  t.equal(await total('leases_taken_over_total'), 1)
  t.match(await registry.metrics(), /^integration_host_run_start_lag_seconds_count 0$/m)
})

t.test('a start is late by the store’s clock from when it was due', async t => {
  const { bench, parts, registry } = await countedWorkbench(t)
  const id = await bench.install('names')
  await bench.store.installations.tryUpdate(bench.tenant, id, 1, { dueInMs: -3_600_000 })
  const dispatcher = createDispatcher(parts)
  await dispatcher.tick()
  await bench.ended(id)
  await dispatcher.close()
  const text = await registry.metrics()
  const sum = Number(/^integration_host_run_start_lag_seconds_sum (\S+)$/m.exec(text)?.[1])
  t.ok(sum >= 3600 && sum < 3660, String(sum))
})

t.test('a lease taken by others in mid-run is lost; one that a person takes here is not', async t => {
  for (const { stopped, lost } of [
    { stopped: false, lost: 1 },
    { stopped: true, lost: 0 }
  ]) {
    const { bench, parts, total } = await countedWorkbench(t)
    for (let id = 1; id <= 40; id++) bench.ledger.put(id)
    const id = await bench.install('names')
    let dispatcher: ReturnType<typeof createDispatcher>
    let stopping: Promise<void> | undefined
    bench.ledger.beforePage = async page => {
      if (page !== 2) return
      const { rev } = await bench.installation(id)
      await bench.store.installations.tryUpdate(bench.tenant, id, rev, { fence: true, wanted: 'stopped' })
      if (stopped) stopping = dispatcher.abort(id, 'stopped')
    }
    dispatcher = createDispatcher(parts)
    await dispatcher.tick()
    while (dispatcher.running > 0) await new Promise(resolve => setTimeout(resolve, 5))
    await stopping
    await dispatcher.close()
    t.equal(await total('leases_lost_total'), lost, stopped ? 'stopped' : 'taken')
    t.equal(await total('runs_ended_total', { status: 'interrupted' }), 1)
  }
})

t.test('what is taken, what is held for a person and passes that do not fit are counted by kind', async t => {
  const { bench, parts, total } = await countedWorkbench(t)
  for (let id = 1; id <= 20; id++) {
    bench.ledger.put(id)
    bench.ledger.contact(id * 10, id)
  }
  Object.assign(bench.parts, parts)
  const id = await bench.install('names')
  await bench.run(id)
  t.equal(await total('losses_held_total'), 0, 'there from the first run on')
  bench.ledger.put(1, { status: 'Lost' })
  await bench.run(id)
  t.equal(await total('losses_taken_total', { kind: 'clients' }), 1)
  for (let one = 2; one <= 9; one++) bench.ledger.put(one, { status: 'Lost' })
  await bench.run(id)
  t.equal(await total('losses_held_total', { kind: 'clients' }), 8)
  t.equal(await total('losses_taken_total'), 1)
  bench.ledger.bendCounts = counts => ({ ...counts, companies: 99 })
  await bench.run(id, { compare: true })
  t.equal(await total('pass_misfits_total'), 1)
})
