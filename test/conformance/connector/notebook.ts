/** What a host would keep of the pages it is given: enough to tell what a read amounts to. */
import {
  type Checkpoint,
  type Contribution,
  type Page,
  RecordRejected,
  type Reject,
  type Stamps,
  type SyncType
} from '../../../plugins/connector/contract.ts'

export interface Notebook {
  /** What takes part, by vendor id. */
  readonly clients: Map<string, { stamps: Stamps; contribution: Contribution }>
  readonly leftOut: Map<string, string>
  readonly gone: string[]
  readonly rejects: Reject[]
  /** Records and rejects, as a receipt counts them. */
  read: number
  checkpoint: Checkpoint | undefined
  sourceCount: number | undefined
  /** Ids of the records in the pages, in the order they came. */
  readonly ids: string[]
  readonly pages: Page<unknown>[]
  known(id: string): Stamps | undefined
  take(page: Page<unknown>): void
}

export function openNotebook(syncType: SyncType): Notebook {
  const notebook: Notebook = {
    clients: new Map(),
    leftOut: new Map(),
    gone: [],
    rejects: [],
    read: 0,
    checkpoint: undefined,
    sourceCount: undefined,
    ids: [],
    pages: [],
    known: id => notebook.clients.get(id)?.stamps,
    take(page) {
      notebook.pages.push(page)
      for (const record of page.records) takeRecord(record)
      for (const reject of page.rejects ?? []) {
        notebook.read++
        notebook.rejects.push(reject)
      }
      for (const id of page.gone ?? []) {
        notebook.clients.delete(id)
        notebook.gone.push(id)
      }
      notebook.checkpoint = page.checkpoint ?? notebook.checkpoint
      notebook.sourceCount = page.sourceCount ?? notebook.sourceCount
    }
  }
  function takeRecord(record: unknown): void {
    notebook.read++
    const id = syncType.id(record)
    notebook.ids.push(id)
    const failed = syncType.rules.find(rule => rule.test(record) !== true)
    if (failed) {
      notebook.clients.delete(id)
      notebook.leftOut.set(id, failed.name)
      return
    }
    try {
      notebook.clients.set(id, { stamps: syncType.stamps(record), contribution: syncType.map(record) })
      notebook.leftOut.delete(id)
    } catch (error) {
      if (!(error instanceof RecordRejected)) throw error
      notebook.rejects.push({ externalId: id, reason: error.message })
    }
  }
  return notebook
}

/** Reads to the end and returns what it amounts to. */
export async function readAll(
  syncType: SyncType,
  context: Parameters<SyncType['read']>[0],
  notebook: Notebook = openNotebook(syncType)
): Promise<Notebook> {
  for await (const page of syncType.read(context)) notebook.take(page)
  return notebook
}
