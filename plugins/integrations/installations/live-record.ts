import type { FastifyBaseLogger } from 'fastify'
import type { CallContext, Connector, Resolved, SyncType } from '../../connector/contract.ts'
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
  readonly passed: boolean
  readonly message: string
}

/** A record as one sync type sees it now. */
export interface Look {
  readonly view: View
  /** null: the vendor does not have it. */
  readonly facts: Readonly<Record<string, unknown>> | null
  readonly rules: readonly RuleVerdict[]
  /** Why the vendor's record cannot be used, if so. */
  readonly reject: string | null
}

export async function lookAt(
  host: Host,
  connector: Connector,
  connection: Connection,
  view: View,
  externalId: string,
  log: FastifyBaseLogger
): Promise<Look> {
  const { syncType, settings, resolved } = view
  const context = host.vendor.over(connector, connection, { settings, resolved, deadlineMs, log })
  return vendorAnswer(context, async () => {
    for await (const page of syncType.lookup(context, [externalId])) {
      const record = page.records.find(one => syncType.id(one) === externalId)
      if (record) return { view, facts: syncType.facts(record), rules: verdicts(view, record), reject: null }
      const reject = page.rejects?.find(one => one.externalId === externalId)
      if (reject) return { view, facts: {}, rules: [], reject: reject.reason }
    }
    return { view, facts: null, rules: [], reject: null }
  })
}

function verdicts({ syncType }: View, record: unknown): RuleVerdict[] {
  return syncType.rules.map(rule => {
    const verdict = rule.test(record)
    const passed = verdict === true
    return {
      syncType: syncType.name,
      name: rule.name,
      title: rule.title,
      passed,
      message: passed ? rule.title : verdict
    }
  })
}

/** What the vendor has by this name or a longer one that begins with it. */
export async function searchFor(
  host: Host,
  connector: Connector,
  connection: Connection,
  { syncType, settings, resolved }: View,
  name: string,
  log: FastifyBaseLogger
): Promise<{ externalId: string; name: string }[]> {
  const context = host.vendor.over(connector, connection, { settings, resolved, deadlineMs, log })
  const records = await vendorAnswer(context, () => syncType.search(context as CallContext, name))
  return records.map(record => ({ externalId: syncType.id(record), name: syncType.facts(record).name }))
}
