/** Units have no change stamp, and move none: their rows in force are looked at in rotation. */
import { day, type Stamps, text } from 'integration-host/connector'
import { idWithin, type Place, type VendorRecord } from 'integration-host/connector/kit'
import { fromDay, untilDay } from '../api/filter.ts'
import { readBy } from '../api/lists.ts'
import { rowInForce } from '../mappings/terms.ts'
import { heldKinds } from './contract-parts.ts'
import type { Reading } from './reading.ts'

/** Contracts looked at in one poll: mostly one page of rows. */
export const looksPerPoll = 100

const notToday = 'not today'

/** How many units a line had when it was looked at; of a row that is not in force today it is no news that no list shows it. */
export function unitMark(row: VendorRecord | undefined, asOf: string): string {
  if (!row || (day(row.startDate) ?? '') > asOf || (day(row.endDate) ?? asOf) < asOf) return notToday
  return `×${text(row.units)}`
}

/** The rows in force today of these contracts; those whose costs are not of today are left alone. */
export async function unitsListed(reading: Reading, turn: readonly Place[]): Promise<ReadonlyMap<string, Stamps>> {
  const { session, asOf } = reading
  const ofService = (place: Place) =>
    Object.entries(place.entry.stamps).filter(([key]) => key.startsWith(`service:${place.agreement}/`))
  const places = turn.filter(place => ofService(place).every(([, mark]) => mark !== notToday))
  const ids = places.map(({ agreement }) => agreement)
  const listed = new Map<string, Record<string, string>>(ids.map(id => [id, {}]))
  const filter = [untilDay('startDate', asOf), fromDay('endDate', asOf)]
  const hasBundles = places.some(place => ofService(place).some(([key]) => key.includes('/b')))
  for (const kind of hasBundles ? (['service', 'bundle'] as const) : (['service'] as const)) {
    const { units, heldId } = heldKinds[kind]
    for (const { ids: asked, records, unusable } of await readBy(session, units, 'contractID', ids, { filter })) {
      // What cannot be read is not gone.
      if (unusable.length > 0) for (const id of asked) listed.delete(id)
      const rows = Map.groupBy(
        records,
        row => `${idWithin(row, 'contractID')}/${kind === 'bundle' ? 'b' : ''}${idWithin(row, heldId)}`
      )
      for (const [key, ofOne] of rows) {
        const stamps = listed.get(key.slice(0, key.indexOf('/')))
        if (stamps) stamps[`service:${key}`] = unitMark(rowInForce(ofOne, asOf), asOf)
      }
    }
  }
  return listed
}
