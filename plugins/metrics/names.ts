import { errorTable } from '../errors.ts'

/** Of every metric of this host but those that tell of the process. */
export const prefix = 'integration_host_'

/** Upper bounds in seconds. */
export const buckets = {
  call: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  request: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  lag: [0.1, 0.5, 1, 2.5, 5, 15, 30, 60, 300, 900],
  run: [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400]
}

/** A code of plugins/errors.ts; anything else is one value, so that no foreign text becomes a label. */
export function codeLabel(code: unknown): string {
  return typeof code === 'string' && Object.hasOwn(errorTable, code) ? code : 'other'
}

/** 404: `4xx`. */
export function statusClass(status: number): string {
  return `${Math.floor(status / 100)}xx`
}
