import { Counter, Histogram, type Registry } from 'prom-client'
import type { StoreEvents } from '../storage/timed.ts'
import { buckets, codeLabel, prefix } from './names.ts'

/** Calls of the store. */
export function storeMetrics(registry: Registry): StoreEvents {
  const registers = [registry]
  const duration = new Histogram({
    name: `${prefix}store_call_duration_seconds`,
    help: 'How long calls of the store took, failed ones included',
    labelNames: ['section', 'method'],
    buckets: buckets.call,
    registers
  })
  const failures = new Counter({
    name: `${prefix}store_errors_total`,
    help: 'Calls of the store that failed, by code; a lost lease or a foreign cursor is no fault of the store',
    labelNames: ['section', 'method', 'code'],
    registers
  })
  return {
    called(section, method, ms, error) {
      duration.observe({ section, method }, ms / 1000)
      if (error !== undefined) failures.inc({ section, method, code: codeLabel((error as { code?: unknown })?.code) })
    }
  }
}
