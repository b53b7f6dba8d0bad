import { createHash, randomUUID } from 'node:crypto'
import type { Store, TransferItem, TransferSection } from './port.ts'
import { BATCH, OWN_META, sectionOrder } from './transfer-batch.ts'

/** A store that must not be moved, or not into this one; the message says why and what to do. */
export class MigrationRefused extends Error {}

export const facts = {
  /** In the source: which store it is, wherever its file or database moves. */
  identity: `${OWN_META}identity`,
  /** In the target: where its data come from. */
  origin: `${OWN_META}origin`,
  /** In the target: UTC ISO. */
  finished: `${OWN_META}finished`
} as const

/** What must be the same when a migration goes on: which store it is, and a digest of what changes with any work on it. */
export interface Origin {
  readonly source: string
  readonly state: string
}

const changed =
  'The source has changed since this migration began. Stop every host on it, empty the target, and start again.'

export async function requireIdle(store: Store, name: 'source' | 'target'): Promise<void> {
  const leased = await store.transfer.countLeased()
  if (leased === 0) return
  throw new MigrationRefused(
    `The ${name} is in use: ${leased} of its installations are leased by a host. Stop every host on it; a lease that was not released ends by itself (LEASE_TTL).`
  )
}

export async function originOf(source: Store): Promise<Origin> {
  return { source: await source.meta.putIfAbsent(facts.identity, randomUUID()), state: await stateOf(source) }
}

/** Every run and every person's change leaves a trace in one of these. */
async function stateOf({ transfer }: Store): Promise<string> {
  const digest = createHash('sha256')
  for (const section of ['connections', 'installations'] as const) {
    let after: string | null = null
    for (;;) {
      const items: TransferItem<TransferSection>[] = await transfer.read(section, after, BATCH)
      if (items.length === 0) break
      for (const { document } of items) digest.update(JSON.stringify(document))
      after = items.at(-1)!.key
    }
  }
  return digest.digest('hex')
}

export async function requireOther(target: Store, { source }: Origin): Promise<void> {
  if ((await target.meta.get(facts.identity)) !== source) return
  throw new MigrationRefused('Source and target are the same store, or one is a copy of the other.')
}

/** No host has worked on the source since `origin` was taken. */
export async function requireUnchanged(source: Store, origin: Origin): Promise<void> {
  await requireIdle(source, 'source')
  if ((await stateOf(source)) !== origin.state) throw new MigrationRefused(changed)
}

/** A misspelt name of a database makes a new, empty one. */
export async function requireFilled(source: Store): Promise<void> {
  if ((await firstFilled(source)) === null) throw new MigrationRefused('The source is empty. Is it the right one?')
}

/** The target holds nothing but what came, or will come, from this source as it is now. */
export async function requireOwn(target: Store, origin: Origin, finished: boolean): Promise<void> {
  const filled = (await target.meta.get(facts.origin)) === null ? await firstFilled(target) : null
  if (filled !== null) {
    throw new MigrationRefused(
      `The target holds data (${filled}) that did not come from this migration. Name an empty one.`
    )
  }
  const kept: Origin = JSON.parse(await target.meta.putIfAbsent(facts.origin, JSON.stringify(origin)))
  if (kept.source !== origin.source) {
    throw new MigrationRefused('The target holds what was migrated from another store. Name an empty one.')
  }
  if (!finished && kept.state !== origin.state) throw new MigrationRefused(changed)
}

async function firstFilled({ transfer }: Store): Promise<TransferSection | null> {
  for (const section of sectionOrder) if ((await transfer.count(section)) > 0) return section
  return null
}
