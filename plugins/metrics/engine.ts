import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { type LossKind, lossKinds } from '../entities/loss.ts'
import type { RunCounts, RunStatus } from '../storage/port.ts'
import type { EngineEvents, RunEvents, SyncName } from '../sync/events.ts'
import { buckets, codeLabel, prefix } from './names.ts'

const outcomes = {
  created: 'created',
  updated: 'updated',
  unchanged: 'unchanged',
  leftOut: 'left_out',
  inactivated: 'inactivated',
  gone: 'gone',
  setAside: 'set_aside'
} as const satisfies Record<Exclude<keyof RunCounts, 'read' | 'held'>, string>

const statuses: readonly RunStatus[] = ['succeeded', 'failed', 'interrupted', 'postponed']

/** Runs, records and leases. */
export function engineMetrics(registry: Registry): EngineEvents {
  const registers = [registry]
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter({ name: prefix + name, help, labelNames, registers })
  const sync = ['connector', 'sync_type'] as const

  const started = counter('runs_started_total', 'Runs begun by this process', [...sync, 'mode'])
  const ended = counter('runs_ended_total', 'Runs ended by this process', [...sync, 'mode', 'status'])
  const failures = counter('run_errors_total', 'Runs that ended with an error, by its code', [...sync, 'code'])
  const records = counter(
    'records_total',
    'Records by what became of them; inactivated and gone ones left after a second look, whether they had been read or not',
    [...sync, 'outcome']
  )
  const taken = counter('losses_taken_total', 'What was taken away, by kind', [...sync, 'kind'])
  const held = counter('losses_held_total', 'What was found to be too much to go without a person, by kind', [
    ...sync,
    'kind'
  ])
  const misfits = counter(
    'pass_misfits_total',
    'Complete passes whose lists brought fewer than the vendor counts',
    sync
  )
  const claimed = counter('leases_claimed_total', 'Leases that this process has claimed', sync)
  const takenOver = counter(
    'leases_taken_over_total',
    'Of the leases claimed, those whose former holder did not release: its process died, hung or was cut off',
    sync
  )
  const lost = counter(
    'leases_lost_total',
    'Leases that ended before the run did: taken over, taken by a person at another host, or not renewed in time',
    sync
  )
  const duration = new Histogram({
    name: `${prefix}run_duration_seconds`,
    help: 'From a run’s begin to its end',
    labelNames: [...sync, 'mode'],
    buckets: buckets.run,
    registers
  })
  const startLag = new Histogram({
    name: `${prefix}run_start_lag_seconds`,
    help: 'From an installation being due to its claim, by the store’s clock; takeovers are not among them',
    buckets: buckets.lag,
    registers
  })
  const lastSuccess = new Gauge({
    name: `${prefix}last_success_timestamp_seconds`,
    help: 'When a run last succeeded in this process; until one has, when the first began',
    labelNames: sync,
    registers
  })
  const known = new Set<string>()

  /** A counter that does not exist cannot be seen to grow from 0. */
  function introduce(labels: { connector: string; sync_type: string }): void {
    const key = `${labels.connector} ${labels.sync_type}`
    if (known.has(key)) return
    known.add(key)
    lastSuccess.setToCurrentTime(labels)
    for (const one of [claimed, takenOver, lost, misfits]) one.inc(labels, 0)
    for (const kind of lossKinds) for (const one of [taken, held]) one.inc({ ...labels, kind }, 0)
    for (const outcome of Object.values(outcomes)) records.inc({ ...labels, outcome }, 0)
    for (const mode of ['full', 'incremental', 'compare']) {
      started.inc({ ...labels, mode }, 0)
      for (const status of statuses) ended.inc({ ...labels, mode, status }, 0)
    }
  }

  function labelsOf({ connector, syncType }: SyncName) {
    const labels = { connector, sync_type: syncType }
    introduce(labels)
    return labels
  }

  function addKinds(to: typeof taken, of: SyncName, kinds: Readonly<Partial<Record<LossKind, number>>>): void {
    const labels = labelsOf(of)
    for (const kind of lossKinds) to.inc({ ...labels, kind }, kinds[kind] ?? 0)
  }

  return {
    lossesTaken: (of, kinds) => addKinds(taken, of, kinds),
    lossesHeld: (of, kinds) => addKinds(held, of, kinds),
    passMisfitted: of => misfits.inc(labelsOf(of)),
    leaseClaimed(of, claim) {
      const labels = labelsOf(of)
      claimed.inc(labels)
      if (claim.takenOver) takenOver.inc(labels)
      if (claim.lateMs !== null) startLag.observe(claim.lateMs / 1000)
    },
    leaseLost: of => lost.inc(labelsOf(of)),
    runBegan(of, mode, counted): RunEvents {
      const labels = labelsOf(of)
      const began = performance.now()
      let before = { ...counted }
      started.inc({ ...labels, mode })
      return {
        progressed(counts) {
          for (const [name, outcome] of Object.entries(outcomes) as [keyof typeof outcomes, string][])
            records.inc({ ...labels, outcome }, counts[name] - before[name])
          before = { ...counts }
        },
        ended(status, code) {
          ended.inc({ ...labels, mode, status })
          duration.observe({ ...labels, mode }, (performance.now() - began) / 1000)
          if (status === 'succeeded') lastSuccess.setToCurrentTime(labels)
          if (code !== null) failures.inc({ ...labels, code: codeLabel(code) })
        }
      }
    }
  }
}
