/** What hangs on contracts by `contractID`: services and bundles with their units, blocks, retainers, milestones. */
import {
  chunksOf,
  idWithin,
  inParallel,
  type Offspring,
  offspringOf,
  readAll,
  type VendorRecord
} from 'integration-host/connector/kit'
import { type Entity, entities } from '../api/entities.ts'
import { type Filter, fromDay, mostValues, oneOf, untilDay } from '../api/filter.ts'
import { exists, listOf } from '../api/lists.ts'
import { reckonedOn } from '../mappings/terms.ts'
import type { Reading } from './reading.ts'

/** Services and bundles are kept in the same pattern under other names. */
export const heldKinds = {
  service: {
    held: entities.contractServices,
    units: entities.serviceUnits,
    heldId: 'contractServiceID',
    ofId: 'serviceID'
  },
  bundle: {
    held: entities.contractBundles,
    units: entities.bundleUnits,
    heldId: 'contractServiceBundleID',
    ofId: 'serviceBundleID'
  }
} as const
export type HeldKind = keyof typeof heldKinds

const contractOf = (record: unknown) => idWithin(record, 'contractID')
const idsOf = (records: readonly VendorRecord[]) => records.map(({ id }) => id)

interface Question {
  readonly contracts: readonly string[]
  readonly filter: Filter
}

function byContract(contracts: readonly VendorRecord[], ...filter: Filter): Question[] {
  return chunksOf(idsOf(contracts), mostValues).map(ids => ({
    contracts: ids,
    filter: [oneOf('contractID', ids), ...filter]
  }))
}

async function readParts({ session }: Reading, entity: Entity, questions: readonly Question[]): Promise<Offspring> {
  const lacks = (record: VendorRecord) =>
    contractOf(record) === undefined ? `${entity.path} ${record.id} belongs to no contract that is shown.` : undefined
  const answers = await inParallel(questions, async ({ contracts, filter }) => {
    // They are asked for where they belong: nothing at all is odd, and asked again.
    const found = await readAll(listOf(session, entity, { filter, lacks, neverEmpty: true }))
    return { ids: contracts, ...found }
  })
  const isAmong = (id: string, some: readonly string[]) =>
    exists(session, entity, [oneOf('id', [id]), oneOf('contractID', some)])
  return offspringOf({ kind: 'part', parentOf: contractOf, isAmong }, answers)
}

/** Blocks, retainers or milestones. */
export function readAmounts(reading: Reading, entity: Entity, contracts: readonly VendorRecord[]): Promise<Offspring> {
  return readParts(reading, entity, byContract(contracts))
}

/** A kind of what recurring contracts hold, with the unit rows of all of it. */
export interface Held {
  readonly kind: HeldKind
  readonly held: Offspring
  readonly rows: Offspring
}

export async function readHeld(reading: Reading, kind: HeldKind, contracts: readonly VendorRecord[]): Promise<Held> {
  const held = await readParts(reading, heldKinds[kind].held, byContract(contracts))
  const holding = contracts.filter(({ id }) => held.of(id).length > 0)
  return { kind, held, rows: await readRows(reading, kind, holding, held) }
}

/** Rows are read so far ahead; what begins later is seen by a later pass. */
const daysAhead = 35
/** Contracts with a day of their own in one question: each takes four of the vendor's conditions. */
const ownDays = 100

/** Those in force on the contract's day and the next ones; any of a service for which there is none. */
async function readRows(
  reading: Reading,
  kind: HeldKind,
  contracts: readonly VendorRecord[],
  held: Offspring
): Promise<Offspring> {
  const { asOf } = reading
  const { units, heldId } = heldKinds[kind]
  const later = new Date(Date.parse(asOf) + daysAhead * 86_400_000).toISOString().slice(0, 10)
  const days = new Map(contracts.map(contract => [contract.id, reckonedOn(contract, asOf)]))
  const others = idsOf(contracts).filter(id => days.get(id) !== asOf)
  const onItsDay = (id: string) => {
    const [itself, day] = [{ op: 'eq', field: 'contractID', value: Number(id) } as const, days.get(id)!]
    return { op: 'and', items: [itself, untilDay('startDate', day), fromDay('endDate', day)] } as const
  }
  const current = contracts.filter(({ id }) => days.get(id) === asOf)
  const rows = await readParts(reading, units, [
    ...byContract(current, untilDay('startDate', later), fromDay('endDate', asOf)),
    ...chunksOf(others, ownDays).map(ids => ({
      contracts: ids,
      filter: [{ op: 'or', items: ids.map(onItsDay) } as const]
    }))
  ])
  const found = new Set(contracts.flatMap(({ id }) => rows.of(id).map(row => idWithin(row, heldId))))
  const without = contracts.flatMap(({ id }) => held.of(id)).filter(({ id }) => !found.has(id))
  const owners = new Map(without.map(one => [one.id, contractOf(one)!]))
  const questions = chunksOf([...owners.keys()], mostValues).map(ids => ({
    contracts: [...new Set(ids.map(id => owners.get(id)!))],
    filter: [oneOf(heldId, ids)]
  }))
  const rest = await readParts(reading, units, questions)
  return {
    parents: [...rows.parents, ...rest.parents],
    of: id => [...rows.of(id), ...rest.of(id)],
    unread: id => [...rows.unread(id), ...rest.unread(id)]
  }
}
