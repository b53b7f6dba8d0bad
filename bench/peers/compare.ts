import type { Figure } from '../figure.ts'
import { median, round, thousands } from '../statistics.ts'
import { table } from '../table.ts'

/** What one run of a contender's processes took. */
export interface Timing {
  /** From the start of its processes to their end. */
  readonly wallMs: number
  /** From its first request to its end: without what it takes to start. */
  readonly loadMs: number
  /** User and system time of all its processes. */
  readonly cpuMs: number
  readonly requests: number
}

export interface Round {
  /** Into an empty store. */
  readonly first: Timing
  /** After it, nothing having changed. */
  readonly again: Timing
}

/** A contender's medians over its rounds. */
export interface Row {
  readonly name: string
  readonly version: string
  readonly store: string
  readonly records: number
  readonly recordsPerSecond: number
  readonly recordsPerCpuSecond: number
  /** Its start left out. */
  readonly loadedPerSecond: number
  readonly requests: number
  readonly noChangeSeconds: number
  readonly noChangeCpuSeconds: number
  readonly noChangeRequests: number
}

export function summarise(
  contender: Pick<Row, 'name' | 'version' | 'store' | 'records'>,
  rounds: readonly Round[]
): Row {
  const middle = (of: (round: Round) => number) => median(rounds.map(of))
  const perSecond = (ms: number) => (contender.records / ms) * 1000
  return {
    ...contender,
    recordsPerSecond: perSecond(middle(({ first }) => first.wallMs)),
    recordsPerCpuSecond: perSecond(middle(({ first }) => first.cpuMs)),
    loadedPerSecond: perSecond(middle(({ first }) => first.loadMs)),
    requests: middle(({ first }) => first.requests),
    noChangeSeconds: middle(({ again }) => again.wallMs) / 1000,
    noChangeCpuSeconds: middle(({ again }) => again.cpuMs) / 1000,
    noChangeRequests: middle(({ again }) => again.requests)
  }
}

const goalFactor = 10

/** Ours beside the best peer of each measure, whichever of them that is; met by the processes as they are, start and all. */
export function figureOf(ours: Row, peers: readonly Row[]): Omit<Figure, 'seconds'> {
  const times = (of: (row: Row) => number) => of(ours) / Math.max(...peers.map(of))
  const perSecond = times(row => row.recordsPerSecond)
  const perCpuSecond = times(row => row.recordsPerCpuSecond)
  const afterStart = times(row => row.loadedPerSecond)
  const fastest = peers.reduce((found, row) => (row.recordsPerSecond > found.recordsPerSecond ? row : found))
  return {
    name: 'beside-peers',
    goal: `full sync of 100,000 companies ≥ ${goalFactor} × the fastest of dlt, Singer SDK and Airbyte CDK in records per second and per CPU second`,
    value: round(Math.min(perSecond, perCpuSecond)),
    shown: `${round(perSecond)} × per second, ${round(perCpuSecond)} × per CPU second (${thousands(ours.recordsPerSecond)} records/s)`,
    met: Math.min(perSecond, perCpuSecond) >= goalFactor,
    ceiling: null,
    details: {
      records: ours.records,
      timesPerSecond: round(perSecond),
      timesPerCpuSecond: round(perCpuSecond),
      timesPerSecondAfterStart: round(afterStart),
      fastestPeer: fastest.name
    },
    note: `The same list, fields, conditions and page size, no latency; each as processes of its own from their start to their end, with the CPU time of all of them. Most records per second of the peers: ${fastest.name}. Airbyte CDK stores nothing. Without what each takes to start: ${round(afterStart)} ×.`
  }
}

/** Markdown as the README has it: a line for each contender. */
export function writeRows(rows: readonly Row[]): string {
  const head = ['tool', 'store', 'records/s', 'records/CPU s', 'records/s after start', 'requests', 'no change']
  const lines = rows.map(row => [
    `${row.name} ${row.version}`,
    row.store,
    thousands(row.recordsPerSecond),
    thousands(row.recordsPerCpuSecond),
    thousands(row.loadedPerSecond),
    thousands(row.requests),
    `${thousands(row.noChangeRequests)} ${row.noChangeRequests === 1 ? 'request' : 'requests'}, ${round(row.noChangeSeconds)} s, ${round(row.noChangeCpuSeconds)} CPU s`
  ])
  return table(head, lines).join('\n')
}
