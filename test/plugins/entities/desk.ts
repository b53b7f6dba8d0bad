/** A viewpoint and short words for what is judged in these tests. */
import type { Agreement, Contribution, Rule, Stamps, SyncType, Unread } from '../../../plugins/connector/contract.ts'
import type { Answer, Judgement } from '../../../plugins/entities/answer.ts'
import type { Viewpoint } from '../../../plugins/entities/client-record.ts'
import { judge } from '../../../plugins/entities/judge.ts'
import type { ClientRecord } from '../../../plugins/entities/stored-client.ts'
import { takeAway } from '../../../plugins/entities/take-away.ts'
import { digestOf } from '../../../plugins/entities/withheld.ts'

export const rule = (name: string, about: Rule<unknown>['about']): Rule<unknown> => ({
  name,
  title: name,
  about,
  test: () => 'no'
})

export const customers = {
  name: 'customers',
  owns: ['name', 'address', 'emails', 'phones', 'websites'],
  madeOf: { emails: ['contact'], phones: ['contact'] },
  idOrder: 'numeric',
  rules: [rule('status', 'client'), rule('deleted', 'existence')]
} as unknown as SyncType

export const contracts = {
  name: 'contracts',
  owns: ['name', 'agreements'],
  madeOf: { agreements: ['agreement'], cost: ['addition'], vendor: ['addition'] },
  idOrder: 'numeric',
  rules: [rule('status', 'client'), rule('has-agreement', 'sync-type')]
} as unknown as SyncType

export const day = (n: number) => `2026-01-0${n}T00:00:00.000Z`

export const view = (syncType: SyncType, at: string, change: Partial<Viewpoint> = {}): Viewpoint => ({
  tenant: 'acme',
  connector: 'ledger',
  connectionId: 'con_1',
  installationId: `ins_${syncType.name}`,
  syncType,
  token: 1,
  runId: 'run_1',
  at,
  restamp: false,
  resettled: null,
  ...change
})

export const email = (value: string, primary = false) => ({ value, label: null, primary })

export const agreement = (externalId: string, change: Partial<Agreement> = {}): Agreement => ({
  externalId,
  vendorName: 'V',
  vendors: ['V'],
  contractName: 'C',
  overallCost: '1.00',
  currency: 'USD',
  billingCycle: 'Monthly',
  status: 'active',
  startDate: null,
  endDate: null,
  parentId: null,
  billedOnce: false,
  ...change
})

interface More {
  readonly unread?: readonly Unread[]
  readonly version?: string | null
}

export const takes = (contribution: Contribution, stamps: Stamps = {}, more: More = {}): Answer => ({
  kind: 'takes-part',
  contribution,
  hash: digestOf(contribution),
  stamps,
  version: more.version ?? null,
  unread: more.unread ?? []
})

export const fails = (what: Rule<any>, words: string, stamps: Stamps = {}, version: string | null = null): Answer => ({
  kind: 'fails',
  rule: what,
  words,
  stamps,
  version,
  unread: []
})

/** Judges answer after answer, each against what the one before left; the last judgement, with the record then. */
export function after(
  answers: readonly Answer[],
  syncType = customers,
  stored?: ClientRecord
): Judgement & { readonly record: ClientRecord } {
  let record = stored
  let last: Judgement | undefined
  for (const [at, answer] of answers.entries()) {
    last = judge(record, '7', answer, view(syncType, day(at + 1)))
    record = last.next ?? record
  }
  return { ...last!, record: record! }
}

/** The record without all that its last judgement would lose. */
export function taken(judged: ReturnType<typeof after>, syncType = customers): ClientRecord {
  return takeAway(judged.record, judged.losses, view(syncType, day(9)))!
}
