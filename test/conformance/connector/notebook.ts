/** What a host would keep of the pages it is given: enough to tell what a read amounts to. It has no gate. */
import {
  type CallContext,
  type Checkpoint,
  type Contribution,
  type Known,
  type ListCounts,
  type Page,
  type PassPage,
  type PollPage,
  RecordRejected,
  type Reject,
  type RosterEntry,
  type Stamps,
  type SyncType
} from '../../../plugins/connector/contract.ts'

export interface Notebook {
  /** What takes part, by vendor id. */
  readonly clients: Map<string, { stamps: Stamps; contribution: Contribution }>
  readonly leftOut: Map<string, string>
  readonly gone: string[]
  readonly rejects: Reject[]
  /** Keys of what could not be read, by the record's id. */
  readonly unread: Map<string, string[]>
  /** Records and rejects, as a receipt counts them. */
  read: number
  /** Of the last complete pass: what the vendor counted, and what came. */
  lists: { readonly before: ListCounts; readonly seen: ListCounts; readonly after: ListCounts }
  memo: Checkpoint | undefined
  oldestLookSeconds: number | undefined
  /** Ids of the records in the pages, in the order they came. */
  readonly ids: string[]
  readonly pages: (PassPage<unknown> | PollPage<unknown>)[]
  known(key: string): Known | undefined
  roster(): RosterEntry[]
  take(page: Page<unknown>): void
}

export function openNotebook(syncType: SyncType): Notebook {
  const seen = new Map<string, Stamps>()
  const holders = new Map<string, string>()
  const notebook: Notebook = {
    clients: new Map(),
    leftOut: new Map(),
    gone: [],
    rejects: [],
    unread: new Map(),
    read: 0,
    lists: { before: {}, seen: {}, after: {} },
    memo: undefined,
    oldestLookSeconds: undefined,
    ids: [],
    pages: [],
    known(key) {
      const client = notebook.clients.get(key)
      if (client) return { stamps: client.stamps, takes: true }
      const stamps = seen.get(key)
      return stamps && { stamps, takes: false }
    },
    roster: () =>
      [...notebook.clients].map(([id, { stamps, contribution }]) => ({
        id,
        agreements: (contribution.agreements ?? []).map(({ externalId }) => externalId),
        stamps
      })),
    take(page: PollPage<unknown>) {
      notebook.pages.push(page)
      for (const record of page.records) takeRecord(record)
      for (const reject of page.rejects ?? []) {
        if (!reject.child) notebook.read++
        notebook.rejects.push(reject)
        const stamps = settled(reject.stamps ?? {})
        if (reject.externalId !== undefined) seen.set(reject.externalId, stamps)
        else for (const [key, mark] of Object.entries(stamps)) seen.set(key, { [key]: mark })
      }
      for (const id of page.gone ?? []) {
        notebook.clients.delete(id)
        notebook.gone.push(id)
      }
      for (const { key, stamps } of page.looked ?? []) seen.set(key, settled(stamps))
      notebook.memo = page.memo ?? notebook.memo
      notebook.oldestLookSeconds = page.oldestLookSeconds ?? notebook.oldestLookSeconds
    }
  }
  function takeRecord(record: unknown): void {
    notebook.read++
    const id = syncType.id(record)
    const stamps = settled(syncType.stamps(record))
    notebook.ids.push(id)
    notebook.unread.set(id, syncType.unread?.(record).map(({ key }) => key) ?? [])
    const failed = syncType.rules.find(rule => rule.test(record) !== true)
    if (failed) {
      notebook.clients.delete(id)
      notebook.leftOut.set(id, failed.name)
      seen.set(id, stamps)
      return
    }
    try {
      const contribution = syncType.map(record)
      notebook.clients.set(id, { stamps, contribution })
      for (const { externalId } of contribution.agreements ?? []) takeFromOthers(externalId, id)
      notebook.leftOut.delete(id)
    } catch (error) {
      if (!(error instanceof RecordRejected)) throw error
      notebook.rejects.push({ externalId: id, reason: error.message })
      seen.set(id, stamps)
    }
  }
  /** An agreement is live at one client: the host takes it from the one that had it. */
  function takeFromOthers(agreement: string, id: string): void {
    const holder = holders.get(agreement)
    holders.set(agreement, id)
    const former = holder === id || holder === undefined ? undefined : notebook.clients.get(holder)
    if (!former) return
    const agreements = former.contribution.agreements!.filter(({ externalId }) => externalId !== agreement)
    notebook.clients.set(holder!, { ...former, contribution: { ...former.contribution, agreements } })
  }
  return notebook
}

/** A change may be followed by another within the same second, so a mark that is so young is not yet one. */
function settled(stamps: Stamps): Stamps {
  const young = Date.now() - 2000
  return Object.fromEntries(Object.entries(stamps).map(([key, at]) => [key, Date.parse(at) > young ? `${at}~` : at]))
}

/** A whole pass, or what is left of it after a position. */
export async function readPass(
  syncType: SyncType,
  context: CallContext,
  notebook: Notebook = openNotebook(syncType)
): Promise<Notebook> {
  const { position, counts: before } = await syncType.begin(context)
  return readOn(syncType, context, position, before, notebook)
}

export async function readOn(
  syncType: SyncType,
  context: CallContext,
  position: Checkpoint,
  before: ListCounts,
  notebook: Notebook = openNotebook(syncType)
): Promise<Notebook> {
  const seen: Record<string, number> = {}
  let last = position
  for await (const page of syncType.pass(context, position)) {
    notebook.take(page)
    for (const [list, count] of Object.entries(page.seen)) seen[list] = (seen[list] ?? 0) + count
    last = page.position
  }
  notebook.lists = { before, seen, after: await syncType.count(context, last) }
  return notebook
}

/** To compare what two reads brought. */
export function inOrderOfIds(clients: ReadonlyMap<string, unknown>): [string, unknown][] {
  return [...clients].toSorted(([a], [b]) => (a < b ? -1 : 1))
}
