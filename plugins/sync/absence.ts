/**
 * What a complete pass does not see. Ids come in the vendor's order, so each page says which ids of a range exist; the
 * store's active ids in that range that are not among them are absent, without a mark on any record.
 */
import type { ListCounts, PassPage } from '../connector/contract.ts'
import type { Answer } from '../entities/answer.ts'
import { sortKeyOf } from '../entities/client-keys.ts'
import { isByAbsence, keysOf } from '../entities/loss.ts'
import { withdrawn } from '../entities/waiting.ts'
import { type Attempt, viewOfAttempt } from './attempt.ts'
import type { MappedPage } from './map-page.ts'
import { BATCH, plan } from './plan.ts'
import { newTally } from './receipt.ts'
import { changeClients, eachRow, takeFromRows } from './rows.ts'
import { putPage } from './write-page.ts'

const nothing = { seen: [], rejects: [], tally: newTally() }

/** Stages the active ids of the page's range that the page does not have. */
export async function stageAbsent(attempt: Attempt, { covers }: PassPage<unknown>, page: MappedPage): Promise<void> {
  const { installation, syncType, parts } = attempt.desk
  const key = (id: string | null) => (id === null ? null : sortKeyOf(syncType.idOrder, id))
  const through = key(covers.through)
  let after = key(covers.after)
  for (;;) {
    const active = await parts.store.clients.activeInRange(installation.id, after, through, BATCH)
    const absent = active.filter(({ externalId }) => !page.present.has(externalId))
    const answers = new Map(absent.map(({ externalId }): [string, Answer] => [externalId, { kind: 'absent' }]))
    if (answers.size > 0) await putPage(attempt, nothing, await plan(attempt, answers))
    if (active.length < BATCH) return
    after = active.at(-1)!.sortKey
  }
}

/**
 * What this pass has staged only because something is missing from a list does not wait any more: the lists were not
 * whole. What is stored stays, with its stamps, so that the next complete pass sees again what is missing.
 */
export async function withdrawAbsent(attempt: Attempt): Promise<void> {
  const view = viewOfAttempt(attempt)
  await eachRow(attempt, { states: ['staged', 'looked'], by: attempt.by }, async rows => {
    const mine = rows.filter(({ items }) => items.some(isByAbsence))
    await changeClients(attempt, mine, view, (client, { items }) =>
      withdrawn(client, keysOf(items.filter(isByAbsence)), view)
    )
    await takeFromRows(attempt, mine, isByAbsence)
  })
}

/** Lists that brought fewer entries than the vendor counted before and after, in words; empty: the pass was complete. */
export function misfitsOf(seen: ListCounts, before: ListCounts, after: ListCounts): string[] {
  return Object.keys(before).flatMap(list => {
    if (after[list] === undefined) return []
    const least = Math.min(before[list]!, after[list])
    const brought = seen[list] ?? 0
    return brought >= least ? [] : [`${list}: the vendor counts ${least} and sent ${brought}`]
  })
}
