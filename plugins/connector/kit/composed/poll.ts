import { type PollContext, type PollPage, type Reject, type Stamps, Type } from '../../contract.ts'
import { type KeysetList, type ScanPage, scan } from '../keyset.ts'
import { readParents } from './compose.ts'
import { type Composition, together } from './composition.ts'
import { isSame, type Touched, touch } from './touched.ts'

export const memoFields = {
  unsent: Type.String({
    description: 'The hour, and what could not be sent in it, not even in part: not asked for again'
  })
}

/** What one poll works with, and finds out before it reads. */
interface Poll<T, R> {
  readonly composition: Composition<T, R>
  readonly reading: T
  readonly context: PollContext
  readonly touched: Touched
  readonly unsent: Set<string>
  /** Changed children that belong to no parent. */
  readonly rejects: Reject[]
}

/**
 * SyncType.poll: one question for the children and one for the parents, which give no more than ids and change marks,
 * then only those parents that were not seen so. Neither asks for a state, so that a parent that stops matching is seen.
 */
export async function* poll<T, R>(composition: Composition<T, R>, context: PollContext): AsyncGenerator<PollPage<R>> {
  const reading = await composition.open(context, 'run')
  const hour = context.now().toISOString().slice(0, 13)
  const [when, ...before] = String(context.memo?.unsent ?? '').split(' ')
  const unsent = new Set(when === hour ? before : [])
  const one: Poll<T, R> = { composition, reading, context, touched: new Map(), unsent, rejects: [] }
  await watchChildren(one)
  await watchParents(one)
  const rotated = await composition.lookInRotation?.(reading, context, one.touched)
  const ids = [...one.touched.keys()]
  for (let at = 0; at < ids.length; at += together) yield readTouched(one, ids.slice(at, at + together))
  yield {
    records: [],
    rejects: one.rejects,
    ...rotated,
    memo: { ...rotated?.memo, unsent: [hour, ...unsent].join(' ') }
  }
}

/** One record that cannot be sent would make each tick search for it again, so it is left out for an hour. */
async function* changesOf(
  list: (without: readonly string[]) => KeysetList,
  kind: string,
  hasMark: (payload: unknown) => boolean,
  unsent: Set<string>
): AsyncGenerator<ScanPage> {
  const without = [...unsent].filter(key => key.startsWith(`${kind}:`)).map(key => key.slice(kind.length + 1))
  for await (const page of scan(list(without))) {
    yield page
    for (const { id, payload } of page.unusable) if (id !== undefined && !hasMark(payload)) unsent.add(`${kind}:${id}`)
  }
}

async function watchParents<T, R>({ composition, reading, context, touched, unsent }: Poll<T, R>): Promise<void> {
  const { one, changedSince, stamps } = composition.parents
  const list = (without: readonly string[]) => changedSince(reading, context.since, without)
  const hasMark = (payload: unknown) => Object.keys(stamps(payload)).length > 0
  for await (const page of changesOf(list, one, hasMark, unsent)) {
    const marks = new Map(page.records.map(record => [record.id, stamps(record)]))
    for (const { id, payload } of page.unusable) if (id !== undefined) marks.set(id, stamps(payload))
    const known = await context.known([...marks.keys()])
    for (const [id, mark] of marks) if (!isSame(known.get(id)?.stamps, mark)) touch(touched, id, one, mark)
  }
}

/** Finds the parents of changed children. */
async function watchChildren<T, R>(poll: Poll<T, R>): Promise<void> {
  const { composition, reading, context, touched, unsent, rejects } = poll
  const { one, changedSince, stamp, parentOf, isRelevant, bringsParent } = composition.children
  const keyOf = ({ id }: { readonly id: string | undefined }) => `${one}:${id}`
  const markOf = (key: string, child: unknown): Stamps => {
    const at = stamp(child)
    return at === undefined ? {} : { [key]: at }
  }
  const list = (without: readonly string[]) => changedSince(reading, context.since, without)
  for await (const { records, unusable } of changesOf(list, one, child => stamp(child) !== undefined, unsent)) {
    const owners = records.map(record => parentOf(record)!)
    const known = await context.known([
      ...new Set(owners),
      ...records.map(keyOf),
      ...(bringsParent ? unusable.map(keyOf) : [])
    ])
    for (const [at, record] of records.entries()) {
      const key = keyOf(record)
      const mark = markOf(key, record)
      const owner = known.get(owners[at]!)
      if (isSame(owner?.stamps, mark) || isSame(known.get(key)?.stamps, mark)) continue
      // Of a client, one that takes no part and took none before (an inactive contact) changes nothing.
      const matters = owner?.takes ? isRelevant(record) || owner.stamps[key] !== undefined : bringsParent
      if (matters) touch(touched, owners[at]!, key, mark)
    }
    for (const child of bringsParent ? unusable : []) {
      const stamps = markOf(keyOf(child), child.payload)
      if (isSame(known.get(keyOf(child))?.stamps, stamps)) continue
      rejects.push({ reason: child.reason, payload: child.payload, stamps, child: true })
    }
  }
}

async function readTouched<T, R>(
  { composition, reading, context, touched }: Poll<T, R>,
  ids: readonly string[]
): Promise<PollPage<R>> {
  const { vendor, parents, children } = composition
  const known = await context.known(ids)
  const { records, rejects = [], gone } = await readParents(composition, reading, ids, false)
  const stamps = new Map(
    records.map(one => [composition.id(one), composition.unread(one).length > 0 ? {} : composition.stamps(one)])
  )
  // What the parent itself does not keep has to be remembered by itself, or it would be read again and again.
  const looked = ids.flatMap(id =>
    [...touched.get(id)!]
      .filter(([key, mark]) => key !== parents.one && !isSame(stamps.get(id), mark))
      .map(([key, mark]) => ({ key, stamps: mark }))
  )
  const isClient = (id: string) => known.get(id)?.takes === true
  const strangers = gone.filter(id => !isClient(id))
  return {
    records,
    rejects: [
      // Of one that cannot be sent no more came than its id.
      ...rejects.map(reject => ({ stamps: touched.get(reject.externalId ?? '')?.get(parents.one) ?? {}, ...reject })),
      ...strangers.map(id => ({
        reason: `A changed ${children.one} belongs to ${parents.one} ${id}, which ${vendor} does not have.`,
        child: true
      }))
    ],
    gone: gone.filter(isClient),
    looked
  }
}
