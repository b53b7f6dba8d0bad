import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { OutboundEvents } from '../outbound/events.ts'
import { buckets, prefix, statusClass } from './names.ts'

/** Requests to vendors. */
export function outboundMetrics(registry: Registry): OutboundEvents {
  const registers = [registry]
  const requests = new Counter({
    name: `${prefix}vendor_requests_total`,
    help: 'Requests sent to vendors, repeated ones included, by class of status; ended: the run or call was over first',
    labelNames: ['connector', 'status'],
    registers
  })
  const throttled = new Counter({
    name: `${prefix}vendor_throttled_total`,
    help: 'Answers of vendors with status 429',
    labelNames: ['connector'],
    registers
  })
  const bytes = new Counter({
    name: `${prefix}vendor_response_bytes_total`,
    help: 'Decoded bytes of vendors’ answers that were read',
    labelNames: ['connector'],
    registers
  })
  const duration = new Histogram({
    name: `${prefix}vendor_request_duration_seconds`,
    help: 'From a request’s turn to the end of its answer',
    labelNames: ['connector'],
    buckets: buckets.request,
    registers
  })
  const wait = new Histogram({
    name: `${prefix}vendor_wait_seconds`,
    help: 'How long requests waited for their turn: for the account’s budget, after a 429, or for others under way',
    labelNames: ['connector'],
    buckets: buckets.request,
    registers
  })
  const leftAlone = new Counter({
    name: `${prefix}vendor_left_alone_total`,
    help: 'How often an account that did not answer was left alone for a minute or more',
    labelNames: ['connector'],
    registers
  })
  const alone = new Gauge({
    name: `${prefix}vendor_accounts_left_alone`,
    help: 'Accounts that do not answer and are tried once a minute by this host',
    labelNames: ['connector'],
    registers
  })
  return {
    requestEnded({ connector, outcome, ms, bytes: read }) {
      requests.inc({ connector, status: typeof outcome === 'number' ? statusClass(outcome) : outcome })
      throttled.inc({ connector }, outcome === 429 ? 1 : 0)
      bytes.inc({ connector }, read)
      duration.observe({ connector }, ms / 1000)
    },
    turnTaken: (connector, waitedMs) => wait.observe({ connector }, waitedMs / 1000),
    leftAlone(connector, begins) {
      if (begins) leftAlone.inc({ connector })
      alone.inc({ connector }, begins ? 1 : -1)
    }
  }
}
