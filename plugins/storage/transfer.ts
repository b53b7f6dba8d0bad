import type { Installation, Store, TransferItem, Transferred, TransferSection } from './port.ts'
import { BATCH, OWN_META, sectionOrder } from './transfer-batch.ts'
import {
  facts,
  originOf,
  requireFilled,
  requireIdle,
  requireOther,
  requireOwn,
  requireUnchanged
} from './transfer-origin.ts'

/**
 * What is added to fencing tokens: a host of the old store may hold newer ones than its last copy shows, and one of
 * the new store must never be given the same.
 */
const TOKEN_LEAP = 1_000_000

/** In the target: the key of the last document that is there. */
const positionOf = (section: TransferSection) => `${OWN_META}position:${section}`

export interface SectionCount {
  readonly section: TransferSection
  readonly source: number
  readonly target: number
}

export interface Migrated {
  readonly counts: readonly SectionCount[]
  /** UTC ISO of a former migration that ended well: nothing was written by this one. */
  readonly finishedBefore: string | null
}

export interface MigrationProgress {
  readonly section: TransferSection
  /** Also what former attempts have copied. */
  readonly copied: number
  readonly of: number
}

/**
 * Copies all that `source` keeps into `target`, which is empty or holds what a former attempt has copied, and counts
 * both. May be cut anywhere and repeated: it goes on. Credentials stay sealed. Throws MigrationRefused.
 */
export async function migrateStore(
  source: Store,
  target: Store,
  onProgress: (progress: MigrationProgress) => void = () => {}
): Promise<Migrated> {
  await requireFilled(source)
  await requireIdle(source, 'source')
  const origin = await originOf(source)
  await requireOther(target, origin)
  const finishedBefore = await target.meta.get(facts.finished)
  await requireOwn(target, origin, finishedBefore !== null)
  if (finishedBefore !== null) return { counts: await countBoth(source, target), finishedBefore }

  await requireIdle(target, 'target')
  for (const section of sectionOrder) await copy(section, source, target, onProgress)
  await requireUnchanged(source, origin)
  const counts = await countBoth(source, target)
  if (counts.every(isEqual)) await target.meta.putIfAbsent(facts.finished, new Date().toISOString())
  return { counts, finishedBefore }
}

export function isEqual({ source, target }: SectionCount): boolean {
  return source === target
}

async function copy<S extends TransferSection>(
  section: S,
  source: Store,
  target: Store,
  onProgress: (progress: MigrationProgress) => void
): Promise<void> {
  const of = await source.transfer.count(section)
  let copied = await target.transfer.count(section)
  let position = await target.meta.get(positionOf(section))
  for (;;) {
    onProgress({ section, copied: Math.min(copied, of), of })
    const items = await source.transfer.read(section, position, BATCH)
    if (items.length === 0) return
    await target.transfer.write(section, section === 'installations' ? items.map(freed) : items)
    position = items.at(-1)!.key
    const key = positionOf(section)
    await target.transfer.write('meta', [{ key, document: { key, value: position } }])
    copied += items.length
  }
}

function freed<S extends TransferSection>({ key, document }: TransferItem<S>): TransferItem<S> {
  const { token, ...installation } = document as Installation
  const moved: Installation = { ...installation, token: token + TOKEN_LEAP, leaseOwner: null, leaseUntil: null }
  return { key, document: moved as Transferred[S] }
}

async function countBoth({ transfer: source }: Store, { transfer: target }: Store): Promise<SectionCount[]> {
  const counts: SectionCount[] = []
  for (const section of sectionOrder) {
    counts.push({ section, source: await source.count(section), target: await target.count(section) })
  }
  return counts
}
