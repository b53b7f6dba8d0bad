import {
  type CallContext,
  type CheckpointOf,
  type ListCounts,
  type PassPage,
  type PassStart,
  SourceUnreadable,
  Type
} from '../../contract.ts'
import { inParallel } from '../in-parallel.ts'
import { scan } from '../keyset.ts'
import { sideBySide } from '../side-by-side.ts'
import { compose, orphansAmong, rejectOf } from './compose.ts'
import type { Composition } from './composition.ts'
import { placesToCut, planRanges, type Range, readRanges, writeRanges } from './ranges.ts'

export const position = Type.Object(
  {
    ranges: Type.String({ description: 'Ranges of ids that are still to be read (ranges.ts)' }),
    bySpan: Type.Boolean({ description: 'Children are read by spans of parent ids, which are counted, or by id lists' })
  },
  { additionalProperties: false }
)

type Position = CheckpointOf<typeof position>

/** SyncType.begin */
export async function begin<T, R>(composition: Composition<T, R>, context: CallContext): Promise<PassStart<Position>> {
  const { parents, children } = composition
  const reading = await composition.open(context, 'run')
  const counts = await countLists(composition, reading, true)
  const expected = counts[parents.list]!
  const bySpan = counts[children.list]! <= children.spanUpTo * expected
  const places = parents.idAt ? placesToCut(expected, parents.candidates(reading, null).fullPage) : []
  const borders = await inParallel(places, place => parents.idAt!(reading, place))
  const ranges = planRanges(borders.filter(id => id !== undefined))
  return {
    position: { ranges: writeRanges(ranges), bySpan },
    counts: bySpan ? counts : { [parents.list]: expected },
    expected
  }
}

/** SyncType.count */
export async function count<T, R>(
  composition: Composition<T, R>,
  context: CallContext,
  { bySpan }: Position
): Promise<ListCounts> {
  return countLists(composition, await composition.open(context, 'run'), bySpan)
}

async function countLists<T, R>(
  { parents, children }: Composition<T, R>,
  reading: T,
  withChildren: boolean
): Promise<ListCounts> {
  const [ofParents, ofChildren] = await Promise.all([
    parents.countCandidates(reading),
    withChildren ? children.count(reading) : undefined
  ])
  return { [parents.list]: ofParents, ...(ofChildren === undefined ? {} : { [children.list]: ofChildren }) }
}

/** SyncType.pass: every candidate. A consumer that stops reading stops the calls that run ahead of it. */
export async function* pass<T, R>(
  composition: Composition<T, R>,
  context: CallContext,
  { ranges, bySpan }: Position
): AsyncGenerator<PassPage<R, Position>> {
  const stop = new AbortController()
  const reading = await composition.open(context, 'run', stop.signal)
  const open = new Set(readRanges(ranges))
  try {
    const steps = [...open].map(range => readRange(composition, reading, range, bySpan))
    for await (const { range, after, page } of sideBySide(steps)) {
      if (after === null) open.delete(range)
      else range.after = after
      yield { ...page, position: { ranges: writeRanges(open), bySpan } }
    }
  } finally {
    stop.abort(new Error('nobody reads on'))
  }
}

const edge = (id: number | null) => (id ? String(id) : null)

/** One page of one range, before it counts as read. */
interface Step<R> {
  readonly range: Range
  /** Where the range goes on after this page; null: it is at its end. */
  readonly after: number | null
  readonly page: Omit<PassPage<R>, 'position'>
}

async function* readRange<T, R>(
  composition: Composition<T, R>,
  reading: T,
  range: Range,
  bySpan: boolean
): AsyncGenerator<Step<R>> {
  const { vendor, parents, children } = composition
  let { after } = range
  for await (const found of scan(parents.candidates(reading, range.through), after)) {
    if (range.through !== null && found.through > range.through)
      throw new SourceUnreadable(`${vendor} sent ${parents.list} that were not asked for.`, 'shape')
    const span = { after, through: found.more ? found.through : range.through }
    const { records, seen, strangers } = await compose(composition, reading, found.records, bySpan ? { span } : {})
    // Of those that bring no parent nobody asks whose they are.
    const orphans = children.bringsParent ? await orphansAmong(composition, reading, strangers) : []
    const page = {
      records,
      rejects: [...found.unusable.map(one => rejectOf(composition, one)), ...orphans],
      covers: { after: edge(after), through: edge(span.through) },
      seen: {
        [parents.list]: found.records.length + found.unusable.length,
        ...(bySpan ? { [children.list]: seen } : {})
      }
    }
    yield { range, after: found.more ? found.through : null, page }
    after = found.through
  }
}
