/** What is known here of one record, for one installation: its part of the client, what waits of it, what was set aside. */
import type { Stamps } from '../../connector/contract.ts'
import type { ClientPart, ClientRecord, Installation, Loss, LossRow, SeenRow, Store } from '../../storage/port.ts'

export interface Here {
  readonly part: ClientPart | null
  /** Losses that wait, those that stand in the part. */
  readonly losses: readonly Loss[]
  /** Whose state and moment those are; null: none waits. */
  readonly row: Pick<LossRow, 'state' | 'at'> | null
  /** Keys of losses that a person has refused. */
  readonly refused: readonly string[]
  /** Why and when it was last set aside, with what it was known by then; null: it was not. */
  readonly setAside: { readonly reason: string; readonly at: string; readonly stamps: Stamps } | null
}

const nothingKnown: Here = { part: null, losses: [], row: null, refused: [], setAside: null }

export async function knownHere(
  { losses, seen }: Pick<Store, 'losses' | 'seen'>,
  installation: Installation | null,
  externalId: string,
  stored: ClientRecord | null
): Promise<Here> {
  if (!installation) return nothingKnown
  const part = stored?.parts.find(({ installationId }) => installationId === installation.id) ?? null
  const [[row], [looked]] = await Promise.all([
    part && part.open.length > 0 ? losses.of(installation.id, [externalId]) : [],
    seen.load(installation.id, [externalId])
  ])
  const items = row?.items.filter(({ key }) => part?.open.includes(key)) ?? []
  return {
    part,
    losses: items,
    row: row && items.length > 0 ? { state: row.state, at: row.at } : null,
    refused: Object.keys(part?.kept ?? {}).sort(),
    setAside: setAsideOf(looked)
  }
}

function setAsideOf(looked: SeenRow | undefined): Here['setAside'] {
  if (!looked || looked.setAside === null) return null
  return { reason: looked.setAside, at: looked.at, stamps: looked.stamps }
}

/** The mark of a stamp that was not settled yet when it was kept. */
const unsettled = /~$/

/** Whether the vendor's record is still the one that was looked at; unknown stamps say nothing against it. */
export function isSameVersion(then: Stamps, now: Stamps | null): boolean {
  if (now === null) return true
  return Object.entries(then).every(
    ([key, stamp]) => now[key] === undefined || now[key] === stamp.replace(unsettled, '')
  )
}
