/**
 * A connector whose vendor is a map in this process: what the engine does with pages, failures and crashes can be
 * scripted to the point. Ids are numbers; a complete pass yields pages in id order, an incremental run what was
 * touched since the checkpoint's tick.
 */
import { Type } from 'typebox'
import {
  type CallContext,
  type Connector,
  defineConnector,
  defineSyncType,
  type Page,
  type ReadContext,
  RecordRejected
} from '../../../plugins/connector/contract.ts'

export interface Entry {
  readonly id: number
  name: string | null
  active: boolean
  /** The ledger's tick of the last touch. */
  touched: number
}

export interface Ledger {
  readonly connector: Connector
  readonly entries: Map<number, Entry>
  put(id: number, change?: Partial<Omit<Entry, 'id'>>): void
  remove(id: number): void
  /** Called before each page of a read is handed out; may throw, wait or change the ledger. */
  beforePage: (page: number, context: ReadContext) => Promise<void> | void
  /** What the vendor claims to have at the end of a pass; undefined: the truth. */
  claimedCount: number | undefined
  /** Records of a complete pass that are silently not sent. */
  readonly hidden: Set<number>
  reads: { mode: string; from: unknown }[]
  pageSize: number
}

export function createLedger(): Ledger {
  let tick = 1
  const entries = new Map<number, Entry>()
  const ledger: Ledger = {
    connector: undefined as unknown as Connector,
    entries,
    put(id, change = {}) {
      const before = entries.get(id) ?? { id, name: `Client ${id}`, active: true, touched: 0 }
      entries.set(id, { ...before, ...change, touched: ++tick })
    },
    remove: id => void entries.delete(id),
    beforePage: () => {},
    claimedCount: undefined,
    hidden: new Set(),
    reads: [],
    pageSize: 10
  }

  async function* read(context: ReadContext): AsyncGenerator<Page<Entry>> {
    ledger.reads.push({ mode: context.mode, from: context.checkpoint?.after ?? context.checkpoint?.tick })
    const started = tick
    let serial = 0
    const before = () => Promise.resolve(ledger.beforePage(serial++, context))
    if (context.mode === 'incremental') {
      await before()
      const since = Number(context.checkpoint?.tick)
      const changed = [...entries.values()].filter(entry => entry.touched > since)
      const known = await context.known(changed.map(entry => String(entry.id)))
      const news = changed.filter(entry => known.get(String(entry.id))?.touched !== String(entry.touched))
      yield { records: news, checkpoint: { tick: started, after: -1 } }
      return
    }
    let after = Number(context.checkpoint?.after ?? 0)
    for (;;) {
      await before()
      context.signal.throwIfAborted()
      const all = [...entries.values()].sort((a, b) => a.id - b.id).filter(entry => entry.active)
      const visible = all.filter(entry => !ledger.hidden.has(entry.id))
      const records = visible.filter(entry => entry.id > after).slice(0, ledger.pageSize)
      const last = records.length < ledger.pageSize
      const through = last ? null : String(records.at(-1)!.id)
      const covers = { after: after === 0 ? null : String(after), through }
      after = records.at(-1)?.id ?? after
      const done = last ? { sourceCount: ledger.claimedCount ?? all.length } : {}
      yield { records, covers, expected: all.length, checkpoint: { tick: started, after: last ? -1 : after }, ...done }
      if (last) return
    }
  }

  async function* lookup(_context: CallContext, ids: readonly string[]): AsyncGenerator<Page<Entry>> {
    const found = ids.map(id => entries.get(Number(id)))
    yield { records: found.filter(entry => entry !== undefined), gone: ids.filter((_, i) => !found[i]) }
  }

  const syncType = (name: string, owns: readonly ('name' | 'websites')[]) =>
    defineSyncType<Entry>({
      name,
      title: name,
      conditions: ['Active'],
      data: ['name'],
      triggers: ['any edit'],
      recommends: [],
      owns,
      idOrder: 'numeric',
      checkpoint: Type.Object({ tick: Type.Number(), after: Type.Number() }),
      rules: [
        { name: 'active', title: 'Must be active', about: 'client', test: entry => entry.active || 'It is not active' }
      ],
      id: entry => String(entry.id),
      stamps: entry => ({ touched: String(entry.touched) }),
      map(entry) {
        if (entry.name === null) throw new RecordRejected('It has no name')
        const client = { name: entry.name, ...(owns.includes('websites') && { websites: [`www.${entry.id}.example`] }) }
        return { client }
      },
      read,
      lookup,
      search: async () => [],
      facts: entry => ({ name: entry.name ?? '' }),
      preview: async () => {
        throw new Error('not asked in these tests')
      }
    })

  const connector = defineConnector({
    name: 'ledger',
    title: 'Ledger',
    description: 'An invented vendor',
    vendorHosts: ['ledger.example'],
    rate: { requests: 100, perMs: 1000, concurrency: 2 },
    credentials: Type.Object({ token: Type.String({ writeOnly: true }) }),
    endpointFields: [],
    settings: Type.Object({}),
    vendorPermissions: [],
    syncTypes: [syncType('names', ['name']), syncType('sites', ['name', 'websites'])],
    accountKey: () => 'one',
    describe: () => ({}),
    validate: async () => ({ valid: true, checks: [], problems: [] })
  })
  return Object.assign(ledger, { connector })
}
