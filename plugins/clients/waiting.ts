/** What of a client is shown as it was although the vendor shows less. */
import type { Static } from 'typebox'
import { presentLoss } from '../entities/loss-schemas.ts'
import type { ClientPart, ClientRecord, LossRow, Store } from '../storage/port.ts'
import type { Client, WaitingLoss } from './schemas.ts'

/** Keys of losses that wait, and of those that a person has refused, of all sync types. */
export function keptOf({ parts }: Pick<ClientRecord, 'parts'>): { waiting: string[]; refused: string[] } {
  return {
    waiting: [...new Set(parts.flatMap(({ open }) => open))].sort(),
    refused: [...new Set(parts.flatMap(({ kept }) => Object.keys(kept)))].sort()
  }
}

/** Runs that a person has undone, and whose changes the vendor still shows. */
export function undoneOf({ parts }: Pick<ClientRecord, 'parts'>): Static<typeof Client>['undone'] {
  const runs = parts.flatMap(({ undone }) => (undone ? [undone] : []))
  return [...new Map(runs.map(({ runId, by, at }) => [runId, { runId, by, at }])).values()]
}

/** The losses behind `waiting`, those that stand in the client: a row by itself takes nothing away. */
export async function waitingLosses(
  { losses }: Pick<Store, 'losses'>,
  { externalId, parts }: ClientRecord
): Promise<Static<typeof WaitingLoss>[]> {
  const found: Static<typeof WaitingLoss>[] = []
  for (const part of parts) {
    if (part.open.length === 0) continue
    const [row] = await losses.of(part.installationId, [externalId])
    if (row) found.push(...lossesOf(row, part))
  }
  return found
}

function lossesOf({ items, at, state }: LossRow, part: ClientPart): Static<typeof WaitingLoss>[] {
  return items
    .filter(({ key }) => part.open.includes(key))
    .map(item => ({
      ...presentLoss(item),
      since: at,
      waitsFor: state === 'held' ? ('approval' as const) : ('second-look' as const),
      installationId: part.installationId,
      syncType: part.syncType
    }))
}
