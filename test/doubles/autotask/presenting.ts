import type { Table, VendorRecord } from '../kit/index.ts'
import { readTime } from './dates.ts'
import type { AutotaskOptions } from './options.ts'
import { type EntityName, entities } from './schema.ts'

/** Blank for a level that cannot read costs; prices stay. */
const costs: { [entity in EntityName]?: readonly string[] } = {
  ContractServices: ['unitCost'],
  ContractServiceUnits: ['cost'],
  ContractServiceBundleUnits: ['cost'],
  ContractCharges: ['unitCost', 'extendedCost'],
  Contracts: ['estimatedCost'],
  Services: ['unitCost'],
  ServiceBundles: ['unitCost']
}

/** How records look to the user, where that differs from how they are kept. */
export function createPresenting({ times = 'as kept', missingFields = {} }: AutotaskOptions) {
  let hidesCosts = false
  let looks = 0
  const present = (table: Table, record: VendorRecord): VendorRecord => {
    const entity = table.schema as EntityName
    const missing = missingFields[entity]
    if (!hidesCosts && times === 'as kept' && !missing) return record
    const shown = { ...record }
    if (hidesCosts) for (const field of costs[entity] ?? []) shown[field] = null
    if (times !== 'as kept') {
      for (const { name, type } of entities[entity].fields.values()) {
        if (type === 'datetime' && record[name]) shown[name] = written(record[name], times)
      }
    }
    for (const field of missing ?? []) delete shown[field]
    return shown
  }
  return {
    present,
    looks: () => looks,
    hideCosts: (hidden: boolean) => {
      hidesCosts = hidden
      looks++
    }
  }
}

function written(time: unknown, times: 'no zone' | 'seven digits'): string {
  const text = new Date(readTime(time)).toISOString()
  return times === 'no zone' ? text.slice(0, 19) : text.replace('Z', '0000Z')
}
