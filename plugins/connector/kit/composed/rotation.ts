/** What no list of changes shows is asked about in rotation, some agreements with each poll. */
import { createHash } from 'node:crypto'
import { type PollContext, type RosterEntry, type Stamps, Type } from '../../contract.ts'
import type { Rotated } from './composition.ts'
import { isSame, type Touched, touch } from './touched.ts'

/** Where the rotation goes on. */
export const rotationFields = {
  client: Type.String({ description: 'Whose agreements were asked about last; empty: a round begins' }),
  agreement: Type.String({ description: 'The last of these that was asked about' }),
  began: Type.String({ description: 'When this round began; of a new one, when the last one did' }),
  before: Type.String({ description: 'When the round before began' })
}
type Memo = Readonly<Record<keyof typeof rotationFields, string>>

export interface Place {
  readonly entry: RosterEntry
  readonly agreement: string
}

export interface Rotation {
  /** Agreements asked about in one poll. */
  readonly size: number
  /** The kind of stamp keys that are compared: those that begin with `kind:agreement/`. */
  readonly kind: string
  /**
   * What the vendor lists now of these agreements, as stamps. One that is absent from the answer is not compared:
   * what cannot be read is not gone.
   */
  listed(turn: readonly Place[]): Promise<ReadonlyMap<string, Stamps>>
}

/** Goes round through all agreements that are live here, and touches the clients of those that differ from what is known. */
export async function lookInRotation(
  context: PollContext,
  touched: Touched,
  { size, kind, listed }: Rotation
): Promise<Rotated> {
  const now = context.now()
  const kept = (field: keyof Memo) => String(context.memo?.[field] ?? '')
  const last = { client: kept('client'), agreement: kept('agreement'), began: kept('began'), before: kept('before') }
  const { turn, ended, through } = await nextTurn(context, last, size)
  const isNew = last.client === ''
  const began = isNew ? now.toISOString() : last.began
  const before = isNew ? last.began || began : last.before
  await compare(context, touched, turn, kind, turn.length === 0 ? new Map() : await listed(turn))
  const [client, agreement] = ended ? ['', ''] : through
  // What this round has not come to was last asked about in the one before.
  const oldest = Date.parse(ended ? began : before)
  return {
    memo: { client, agreement, began, before },
    oldestLookSeconds: Math.max(0, Math.round((now.getTime() - oldest) / 1000))
  }
}

/** The next agreements in the order of clients and agreements, how far they go, and whether the round ends with them. */
async function nextTurn(context: PollContext, last: Memo, size: number) {
  // The last client may have more agreements than one turn, so it comes once more: ids are numbers.
  const after = last.client === '' ? null : String(Number(last.client) - 1)
  const entries = await context.roster(after, size + 1)
  const all = entries.flatMap(entry =>
    entry.agreements
      .filter(agreement => entry.id !== last.client || Number(agreement) > Number(last.agreement))
      .toSorted((a, b) => Number(a) - Number(b))
      .map(agreement => ({ entry, agreement }))
  )
  const turn: readonly Place[] = all.slice(0, size)
  const end = turn.at(-1)
  const through = end ? ([end.entry.id, end.agreement] as const) : ([entries.at(-1)?.id ?? '', ''] as const)
  return { turn, through, ended: all.length <= size && entries.length <= size }
}

async function compare(
  context: PollContext,
  touched: Touched,
  turn: readonly Place[],
  kind: string,
  listed: ReadonlyMap<string, Stamps>
): Promise<void> {
  const different = turn.flatMap(({ entry, agreement }) => {
    const now = listed.get(agreement)
    if (!now) return []
    const key = `${kind}:${agreement}`
    const stored = Object.entries(entry.stamps).filter(([name]) => name.startsWith(`${key}/`))
    const asBefore = stored.length === Object.keys(now).length && stored.every(([name, at]) => now[name] === at)
    return asBefore ? [] : [{ id: entry.id, key, mark: markOf(now) }]
  })
  const known = await context.known(different.map(({ key }) => key))
  for (const { id, key, mark } of different) if (!isSame(known.get(key)?.stamps, mark)) touch(touched, id, key, mark)
}

const isoTime = /^\d{4}-\d\d-\d\dT/

/** Tells one state of an agreement's parts from another, and when it last changed, if the vendor says so. */
function markOf(listed: Stamps): Stamps {
  const text = JSON.stringify(Object.entries(listed).sort())
  const times = Object.values(listed).filter(at => isoTime.test(at))
  const newest = times.reduce((latest, at) => (at > latest ? at : latest), '')
  return { newest, list: createHash('sha256').update(text).digest('base64url') }
}
