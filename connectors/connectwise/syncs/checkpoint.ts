import type { Static } from 'typebox'
import type { Checkpoint } from '../../../plugins/connector/contract.ts'
import { Type } from '../../../plugins/connector/contract.ts'
import type { Settings } from '../settings.ts'
import { byName, type Wanted } from './wanted.ts'

/**
 * Where a read goes on. Between reads only the first four are there; a complete pass under way adds the rest.
 */
export const checkpoint = Type.Object(
  {
    mark: Type.String({
      description: 'When the last read that ended had begun: the earlier of our clock and the vendor’s'
    }),
    typeIds: Type.String({ description: 'The ids of the types that take part, comma separated' }),
    statusIds: Type.String(),
    passedOver: Type.String({ description: 'Changes already looked at that lead to no client (passed-over.ts)' }),
    ranges: Type.Optional(Type.String({ description: 'The pass’s id ranges and the position in each (ranges.ts)' })),
    expected: Type.Optional(Type.Integer({ description: 'Companies the vendor counted at the start of the pass' })),
    seen: Type.Optional(Type.Integer({ description: 'Companies read so far, set aside ones included' })),
    seenFresh: Type.Optional(Type.Integer({ description: 'Of these, changed since the pass began' })),
    childRejects: Type.Optional(Type.Integer({ description: 'Contacts, agreements and additions set aside so far' }))
  },
  { additionalProperties: false }
)
export type SyncCheckpoint = Static<typeof checkpoint>

/** How far a poll reaches back behind its mark: clocks differ, and the vendor has mistaken time zones before. */
export const overlapMs = 24 * 60 * 60 * 1000

export function windowStart(mark: string): Date {
  return new Date(Date.parse(mark) - overlapMs)
}

/** The vendor's clocks may differ by so much among themselves. */
const settlingMs = 2000

/**
 * Whether a change that an earlier read has seen is the last one with its time. Times are whole seconds, so a record
 * read in the second of its change may have been changed again in that second; it is looked at once more.
 * @param mark when that read began
 */
export function isSettled(lastUpdated: string, mark: string): boolean {
  return Date.parse(lastUpdated.replace(/\s+/g, '')) < Date.parse(mark) - settlingMs
}

/** The host hands back what it was given, checked against the schema above. */
export function asSyncCheckpoint(given: Checkpoint): SyncCheckpoint {
  return given as unknown as SyncCheckpoint
}

export function joinIds(ids: ReadonlySet<string>): string {
  return [...ids].join(',')
}

/** The names of the settings with the ids that the last complete pass found for them. */
export function wantedFrom(settings: Settings, { typeIds, statusIds }: SyncCheckpoint): Required<Wanted> {
  const split = (ids: string) => new Set(ids.split(',').filter(id => id !== ''))
  return { ...byName(settings), typeIds: split(typeIds), statusIds: split(statusIds) } as Required<Wanted>
}

/** A clock that runs ahead would skip changes; one that runs behind only repeats some. */
export function earlier(ours: Date, vendors: Date | undefined): Date {
  return vendors && vendors < ours ? vendors : ours
}
