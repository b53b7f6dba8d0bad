/** All that a host asks of an account: to be validated, resolved and previewed, and of each sync type a little of everything. */
import type { FastifyBaseLogger } from 'fastify'
import { pino } from 'pino'
import type { CallContext, Connector, HttpClient, SyncType } from '../../plugins/connector/contract.ts'

export function contextOf(
  credentials: CallContext['credentials'],
  settings: CallContext['settings'],
  at: Date,
  http: HttpClient
): CallContext & { state: CallContext['state']; resolved: CallContext['resolved'] } {
  const context = {
    credentials,
    settings,
    operator: {},
    resolved: {},
    state: {},
    async saveState(change: CallContext['state']) {
      Object.assign(context.state, change)
    },
    http,
    log: pino({ level: 'silent' }) as unknown as FastifyBaseLogger,
    signal: new AbortController().signal,
    now: () => at
  }
  return context
}

/** One after the other, so that a second recording of the same account asks in the same order. */
export async function walk(
  connector: Connector,
  context: ReturnType<typeof contextOf>,
  pages: number,
  say: (line: string) => void
): Promise<void> {
  const validation = await connector.validate(context)
  for (const { status, name, message } of validation.checks) say(`${status}: ${name}: ${message}`)
  if (!validation.valid) throw new Error('The account cannot be used with these credentials; nothing was recorded.')
  context.state = { ...validation.state }
  context.resolved = (await connector.resolve?.(context))?.resolved ?? {}
  for (const syncType of connector.syncTypes) {
    say(syncType.name)
    await walkSyncType(syncType, context, pages)
  }
}

async function walkSyncType(syncType: SyncType, context: CallContext, pages: number): Promise<void> {
  await syncType.preview(context)
  const { position } = await syncType.begin(context)
  const records: unknown[] = []
  let last = position
  let read = 0
  for await (const page of syncType.pass(context, position)) {
    records.push(...page.records)
    last = page.position
    if (++read === pages) break
  }
  await syncType.count(context, last)
  const since = new Date(context.now().getTime() - 3_600_000)
  const none = { memo: undefined, known: async () => new Map(), roster: async () => [] }
  for await (const _page of syncType.poll({ ...context, since, ...none }));
  const some = records.slice(0, 5)
  for await (const _page of syncType.lookup(context, [...some.map(one => syncType.id(one)), '987654321']));
  if (some[0] !== undefined) await syncType.search(context, syncType.facts(some[0]).name)
}
