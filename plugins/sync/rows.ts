/** Rows of losses, in batches. */
import type { Viewpoint } from '../entities/client-record.ts'
import type { Loss } from '../entities/loss.ts'
import { errors } from '../errors.ts'
import type { ClientRecord, ClientWrite, LossRow } from '../storage/port.ts'
import type { Attempt } from './attempt.ts'
import { clientWrite } from './client-write.ts'

/** So many are asked for by id, or changed, at a time. */
export const ROWS = 200
const MAX_ROUNDS = 8

/** Walks rows; those that leave the filter meanwhile do no harm. */
export async function eachRow(
  { desk }: Pick<Attempt, 'desk'>,
  filter: { readonly states: readonly LossRow['state'][]; readonly by?: string },
  act: (rows: LossRow[]) => Promise<void>
): Promise<void> {
  const { losses } = desk.parts.store
  for (let after: string | null = null; ; ) {
    const rows: LossRow[] = await losses.list(desk.installation.id, filter, after, ROWS)
    desk.grip.signal.throwIfAborted()
    if (rows.length === 0) return
    await act(rows)
    after = rows.at(-1)!.externalId
  }
}

/** Changes the clients of these rows by compare-and-set, each until it is done; null: nothing to write. */
export async function changeClients(
  { desk }: Pick<Attempt, 'desk'>,
  rows: readonly LossRow[],
  view: Viewpoint,
  change: (client: ClientRecord, row: LossRow) => ClientRecord | null
): Promise<void> {
  const { clients } = desk.parts.store
  const none = { losses: [], settled: [], seen: [], unseen: [], rejects: [], progress: null }
  let open = new Map(rows.map(row => [row.externalId, row]))
  for (let round = 1; open.size > 0; round++) {
    if (round > MAX_ROUNDS) throw new errors.HOST_ERR_CONFLICT()
    const writes: ClientWrite[] = []
    const ids = new Map<string, string>()
    for (const client of await clients.load(desk.installation.connectionId, [...open.keys()])) {
      const row = open.get(client.externalId)!
      const record = change(client, row)
      if (!record) continue
      writes.push(clientWrite(client, record, view, { taken: row.items }))
      ids.set(client.id, client.externalId)
    }
    if (writes.length === 0) return
    desk.grip.assertHeld()
    const { lost } = await clients.write(desk.lease, { ...none, clients: writes })
    open = new Map(lost.map(id => [ids.get(id)!, open.get(ids.get(id)!)!]))
  }
}

/** Puts rows in place as they are given, and removes others. */
export async function putRows(
  { desk }: Pick<Attempt, 'desk'>,
  rows: readonly LossRow[],
  settled: readonly string[] = []
): Promise<void> {
  if (rows.length + settled.length === 0) return
  const losses = rows.map(row => ({ ...row, token: desk.lease.token }))
  const none = { clients: [], seen: [], unseen: [], rejects: [], progress: null }
  desk.grip.assertHeld()
  await desk.parts.store.clients.write(desk.lease, { ...none, losses, settled })
}

/** Rows that lose some of their items; without any left they go. */
export async function takeFromRows(
  attempt: Pick<Attempt, 'desk'>,
  rows: readonly LossRow[],
  goes: (item: Loss, row: LossRow) => boolean,
  rest: (row: LossRow) => LossRow = row => row
): Promise<void> {
  const kept: LossRow[] = []
  const settled: string[] = []
  for (const row of rows) {
    const items = row.items.filter(item => !goes(item, row))
    if (items.length > 0) kept.push(rest({ ...row, items }))
    else settled.push(row.externalId)
  }
  await putRows(attempt, kept, settled)
}

/** What of a row goes that was let through: what a person agreed to, where one was asked, else all of it. */
export function itemsThatGo({ items }: LossRow): readonly Loss[] {
  const approved = items.filter(item => item.approved)
  return approved.length > 0 ? approved : items
}

/** What of a taken row goes on waiting: what the person did not agree to, unless the client has left. */
export function itemsThatWait(row: LossRow): readonly Loss[] {
  const gone = itemsThatGo(row)
  return gone.some(({ leaves }) => leaves) ? [] : row.items.filter(item => !gone.includes(item))
}
