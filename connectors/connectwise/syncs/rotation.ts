import { createHash } from 'node:crypto'
import {
  type PollContext,
  type PollPage,
  type RosterEntry,
  type Stamps,
  Type
} from '../../../plugins/connector/contract.ts'
import { readAdditions } from '../api/additions.ts'
import { bundleSize, bundlesAreRefused } from '../api/bundles.ts'
import { lastUpdated } from '../api/records.ts'
import type { Session } from '../api/session.ts'
import type { Reading } from './composition.ts'
import { isSame, type Touched, touch } from './touched.ts'

/** Where the rotation goes on. */
export const rotationFields = {
  client: Type.String({ description: 'Whose agreements were asked about last; empty: a round begins' }),
  agreement: Type.String({ description: 'The last of these that was asked about' }),
  began: Type.String({ description: 'When this round began; of a new one, when the last one did' }),
  before: Type.String({ description: 'When the round before began' })
}
type Memo = Readonly<Record<keyof typeof rotationFields, string>>

/** Agreements asked about in one poll where bundles are refused. */
const singles = 5

/**
 * The vendor has no list of changed additions: each poll asks one bundle of agreements which additions they have and
 * when these changed, going round through all agreements that are live here, and touches the companies of those that
 * differ from what is known: added, changed or gone.
 */
export async function lookAtAdditions(
  reading: Reading,
  context: PollContext,
  touched: Touched
): Promise<Pick<PollPage<never>, 'memo' | 'oldestLookSeconds'>> {
  const now = context.now()
  const size = bundlesAreRefused(context, reading.session) ? singles : bundleSize
  const last = (context.memo ?? { client: '', agreement: '', began: '', before: '' }) as Memo
  const { turn, ended } = await nextTurn(context, last, size)
  const isNew = last.client === ''
  const began = isNew ? now.toISOString() : last.began
  const before = isNew ? last.began || began : last.before
  await compare(reading.session, context, turn, touched)
  const [client, agreement] = ended ? ['', ''] : [turn.at(-1)!.entry.id, turn.at(-1)!.agreement]
  // What this round has not come to was last asked about in the one before.
  const oldest = Date.parse(ended ? began : before)
  return {
    memo: { client, agreement, began, before },
    oldestLookSeconds: Math.max(0, Math.round((now.getTime() - oldest) / 1000))
  }
}

/** The next agreements in the order of clients and agreements, each with its client, and whether the round ends with them. */
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
  return { turn: all.slice(0, size), ended: all.length <= size && entries.length <= size }
}

async function compare(
  session: Session,
  context: PollContext,
  turn: readonly { readonly entry: RosterEntry; readonly agreement: string }[],
  touched: Touched
): Promise<void> {
  const ids = turn.map(({ agreement }) => agreement)
  const lists = await readAdditions(context, session, ids, 'id,_info/lastUpdated')
  const different = turn.flatMap(({ entry, agreement }) => {
    const { records, unusable, refused } = lists.get(agreement)!
    const key = `addition:${agreement}`
    const listed = Object.fromEntries(records.map(record => [`${key}/${record.id}`, lastUpdated(record) ?? '']))
    const stored = Object.entries(entry.stamps).filter(([name]) => name.startsWith(`${key}/`))
    const asBefore = stored.length === records.length && stored.every(([name, at]) => listed[name] === at)
    // What cannot be read is not gone.
    return asBefore || refused || unusable.length > 0 ? [] : [{ id: entry.id, key, mark: markOf(listed) }]
  })
  const known = await context.known(different.map(({ key }) => key))
  for (const { id, key, mark } of different) if (!isSame(known.get(key)?.stamps, mark)) touch(touched, id, key, mark)
}

/** Tells one state of an agreement's additions from another, and when it last changed. */
function markOf(listed: Readonly<Record<string, string>>): Stamps {
  const text = JSON.stringify(Object.entries(listed).sort())
  const newest = Object.values(listed).reduce((latest, at) => (at > latest ? at : latest), '')
  return { newest, list: createHash('sha256').update(text).digest('base64url') }
}
