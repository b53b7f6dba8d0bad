/** What the vendor says of one record at this moment, as one sync type sees it. */
import type { FastifyBaseLogger } from 'fastify'
import type { Connector, Resolved, Stamps, SyncType, Unread } from '../../connector/contract.ts'
import { RecordRejected } from '../../connector/failures.ts'
import type { DisposableContext } from '../../outbound/vendor.ts'
import type { Connection, Installation } from '../../storage/port.ts'
import type { Host } from '../host.ts'
import { vendorAnswer } from '../vendor-answer.ts'

const deadlineMs = 20_000

/** A sync type with the settings it is, or would be, installed with. */
export interface View {
  readonly syncType: SyncType
  readonly installation: Installation | null
  readonly settings: Readonly<Record<string, unknown>>
  /** What the settings' names mean at the vendor. */
  readonly resolved: Resolved
}

export interface RuleVerdict {
  readonly syncType: string
  readonly name: string
  readonly title: string
  readonly about: 'existence' | 'client' | 'sync-type'
  readonly passed: boolean
  readonly message: string
}

/** A record as one sync type sees it now. */
export interface Look {
  readonly view: View
  /** null: the vendor does not have it. */
  readonly facts: Readonly<Record<string, unknown>> | null
  /** In the order they are asked in, up to one that cannot be asked. */
  readonly rules: readonly RuleVerdict[]
  /** Why the vendor's record cannot be used, if so. */
  readonly reject: string | null
  /** What of it cannot be read now. */
  readonly unread: readonly Unread[]
  /** null: it has none that can be read. */
  readonly stamps: Stamps | null
}

const nothingThere = { facts: null, rules: [], reject: null, unread: [], stamps: null }

/** Who asks, and of which account. */
export interface Asking {
  readonly host: Host
  readonly connector: Connector
  readonly connection: Connection
  readonly log: FastifyBaseLogger
}

export async function lookAt(asking: Asking, view: View, externalId: string): Promise<Look> {
  const { syncType } = view
  const context = contextOf(asking, view)
  return vendorAnswer(context, async () => {
    for await (const page of syncType.lookup(context, [externalId])) {
      const record = page.records.find(one => attempted(() => syncType.id(one)) === externalId)
      if (record !== undefined) return { view, ...judged(syncType, record) }
      const reject = page.rejects?.find(one => one.externalId === externalId)
      if (reject) return { view, ...nothingThere, facts: {}, reject: reject.reason, stamps: reject.stamps ?? null }
    }
    return { view, ...nothingThere }
  })
}

/** What the vendor has by this name or a longer one that begins with it. */
export async function searchFor(
  asking: Asking,
  view: View,
  name: string
): Promise<{ externalId: string; name: string }[]> {
  const { syncType } = view
  const context = contextOf(asking, view)
  const records = await vendorAnswer(context, () => syncType.search(context, name))
  return records.map(record => ({ externalId: syncType.id(record), name: syncType.facts(record).name }))
}

/** For a sync type that is not installed: what its settings mean, as far as they mean anything. */
export async function resolvedFor(asking: Asking, settings: View['settings']): Promise<Resolved> {
  const context = contextOf(asking, { settings, resolved: {} })
  const resolution = await vendorAnswer(context, async () => asking.connector.resolve?.(context))
  return resolution?.resolved ?? {}
}

function contextOf(
  { host, connector, connection, log }: Asking,
  { settings, resolved }: Pick<View, 'settings' | 'resolved'>
): DisposableContext {
  return host.vendor.over(connector, connection, { settings, resolved, deadlineMs, log })
}

/** As a run would: the rules, and whether it can become a client. */
function judged(syncType: SyncType, record: unknown): Omit<Look, 'view'> {
  const rules: RuleVerdict[] = []
  let reject: string | null = null
  try {
    for (const rule of syncType.rules) rules.push(verdictOn(syncType, rule, record))
    if (rules.every(({ passed }) => passed)) syncType.map(record)
  } catch (error) {
    if (!(error instanceof RecordRejected)) throw error
    // What has failed before is the reason, as for a run.
    if (rules.every(({ passed }) => passed)) reject = error.message
  }
  return {
    facts: attempted(() => syncType.facts(record)) ?? {},
    rules,
    reject,
    unread: attempted(() => syncType.unread?.(record)) ?? [],
    stamps: attempted(() => syncType.stamps(record)) ?? null
  }
}

function verdictOn(syncType: SyncType, rule: SyncType['rules'][number], record: unknown): RuleVerdict {
  const verdict = rule.test(record)
  const passed = verdict === true
  const { name, title, about } = rule
  return { syncType: syncType.name, name, title, about, passed, message: passed ? title : verdict }
}

/** undefined: the record has none that can be used. */
function attempted<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof RecordRejected) return undefined
    throw error
  }
}
