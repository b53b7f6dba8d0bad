/** What the host kept before complete passes and polls were apart, for the files and databases that it left. */
import { at } from '../../conformance/storage/fixtures.ts'

export const owner = 'con_1'

const part = (installation: string, stamps: Record<string, string>) => ({
  installationId: installation,
  syncType: 'things',
  status: 'active',
  statusReason: null,
  statusSince: at(),
  standing: 'active',
  standingReason: null,
  standingSince: at(),
  hash: `hash-${installation}`,
  stamps,
  token: 3,
  runId: 'run_1',
  seenAt: at(2)
})

export type FormerPart = ReturnType<typeof part>

export const agreement = (id: string, status: string, step: number) => ({
  ...{ externalId: id, vendorName: 'Vendor', vendors: ['Vendor'], contractName: null, overallCost: '1.50' },
  ...{ currency: null, billingCycle: 'Monthly', status, startDate: null, endDate: null },
  ...{ id: `agr_${id}`, updatedAt: at(step) }
})

/** By external id. Agreement 7 is live at three of them. */
export const clients = {
  '1': {
    parts: [part('ins_full', { company: 'it\'s "2024"', 'contact:7': 'é' }), part('ins_poll', {})],
    agreements: [agreement('7', 'active', 5), agreement('8', 'expired', 1), agreement('9', 'gone', 1)]
  },
  '2': { parts: [part('ins_full', { company: at() })], agreements: [agreement('7', 'active', 9)] },
  '3': { parts: [part('ins_full', {})], agreements: [agreement('7', 'expired', 9), agreement('6', 'odd', 1)] },
  '4': { parts: [part('ins_full', {})], agreements: [] }
} as const

export const connection = {
  ...{ tenant: 'acme', connector: 'example', account: { id: 'a1', name: 'One' }, display: {} },
  ...{
    sealed: { v: 1, kek: 'k1', wrappedKey: 'AAAA', fields: {} },
    state: {},
    rev: 4,
    createdAt: at(),
    updatedAt: at()
  }
}

/** By id. Due times are milliseconds from the store's now. */
export const installations = (() => {
  const checkpoint = { mark: at(8), seen: 'abc', count: 3 }
  const approval = { generation: 'g1', removals: 9, of: 9, since: at(), approved: null }
  const usual = {
    ...{ tenant: 'acme', connector: 'example', connectionId: owner, wanted: 'running', attention: null },
    ...{ schedule: { everyMs: 60_000, compareEveryMs: 86_400_000 }, settings: { types: ['Customer'] } },
    ...{ approval: null, checkpoint: null, pass: null, requested: null, currentRunId: null, lastRunId: 'run_1' },
    ...{ lastPass: { runId: 'run_1', startedAt: at(7) }, failures: 2, token: 3, rev: 5 },
    ...{ dueInMs: 40_000, compareDueInMs: 50_000_000, createdAt: at(), updatedAt: at() }
  }
  const firstPass = { mode: 'full', generation: 'g1', checkpoint: { lastId: 7 } }
  return {
    ins_poll: { ...usual, checkpoint },
    ins_full: { ...usual, pass: firstPass, lastPass: null },
    ins_compare: { ...usual, checkpoint, pass: { mode: 'compare', generation: 'g2', checkpoint: null } },
    ins_approval: { ...usual, checkpoint, approval, dueInMs: null },
    ins_stopped: { ...usual, checkpoint, approval, dueInMs: null, wanted: 'stopped' }
  }
})()

export const run = {
  ...{ id: 'run_1', tenant: 'acme', installationId: 'ins_approval', mode: 'compare', status: 'awaiting-approval' },
  ...{ continues: null, startedAt: at(7), endedAt: at(8), progress: { read: 1, expected: null } },
  counts: { read: 1, created: 1, updated: 0, unchanged: 0, leftOut: 0, inactivated: 0, gone: 0, setAside: 0 },
  ...{ source: { count: 1, requests: 2, throttled: 0, bytes: 3 }, leftOutBy: {} },
  reconciliation: { source: 3, store: 1, differences: [{ reason: 'Left out', count: 2 }] },
  ...{ error: { code: 'HOST_ERR_X', detail: 'too many' }, token: 3 }
}

export const nameOf = (id: string) => `Client ${id} ü\u2028`
