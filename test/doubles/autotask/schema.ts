import { readFileSync } from 'node:fs'
import type { VendorRecord } from '../kit/index.ts'

export const entityNames = [
  'Companies',
  'CompanyLocations',
  'Contacts',
  'Contracts',
  'ContractServices',
  'ContractServiceUnits',
  'ContractServiceBundles',
  'ContractServiceBundleUnits',
  'ContractBlocks',
  'ContractRetainers',
  'ContractMilestones',
  'ContractCharges',
  'ContractBillingRules',
  'Services',
  'ServiceBundles',
  'ServiceBundleServices',
  'Countries',
  'Currencies'
] as const
export type EntityName = (typeof entityNames)[number]

export type FieldType = 'integer' | 'decimal' | 'string' | 'boolean' | 'datetime'

export interface Field {
  readonly name: string
  readonly type: FieldType
  readonly length?: number
  readonly isPickList: boolean
  readonly isQueryable: boolean
  /** The entity, in the singular, whose id it holds. */
  readonly reference?: string
}

export interface Entity {
  /** As in paths. */
  readonly path: EntityName
  /** As in error texts. */
  readonly name: string
  readonly hasUserDefinedFields: boolean
  /** By name in lower case: the vendor does not mind. */
  readonly fields: ReadonlyMap<string, Field>
}

/**
 * Field names and kinds from the vendor's OpenAPI document; lengths, picklists, references and what cannot be queried
 * from its help, where it says so.
 */
const described: Record<EntityName, { name: string; userDefinedFields: boolean; fields: Record<string, string> }> =
  JSON.parse(readFileSync(new URL('./schema.json', import.meta.url), 'utf8'))

function readField(name: string, text: string): Field {
  const [type, ...words] = text.split(' ') as [FieldType, ...string[]]
  const after = (start: string) => words.find(word => word.startsWith(start))?.slice(start.length)
  const length = after('length:')
  const reference = after('reference:')
  return {
    name,
    type,
    isPickList: words.includes('picklist'),
    isQueryable: !words.includes('unqueryable'),
    ...(length ? { length: Number(length) } : {}),
    ...(reference ? { reference } : {})
  }
}

export const entities: Readonly<Record<EntityName, Entity>> = Object.fromEntries(
  entityNames.map(path => {
    const { name, userDefinedFields, fields } = described[path]
    const read = Object.entries(fields).map(([field, text]) => [field.toLowerCase(), readField(field, text)] as const)
    return [path, { path, name, hasUserDefinedFields: userDefinedFields, fields: new Map(read) }]
  })
) as unknown as Record<EntityName, Entity>

const byLowerCase = new Map<string, EntityName>(entityNames.map(name => [name.toLowerCase(), name]))

/** The entity of a path's part, in any case. */
export function entityNamed(part: string): Entity | undefined {
  const name = byLowerCase.get(part.toLowerCase())
  return name && entities[name]
}

/** The entity without some fields: releases do not reach all zones on one day. */
export function withoutFields(entity: Entity, missing: readonly string[] = []): Entity {
  if (missing.length === 0) return entity
  const gone = new Set(missing.map(field => field.toLowerCase()))
  return { ...entity, fields: new Map([...entity.fields].filter(([field]) => !gone.has(field))) }
}

const templates = Object.fromEntries(
  entityNames.map(path => {
    const nulls = Object.fromEntries([...entities[path].fields.values()].map(({ name }) => [name, null]))
    return [path, entities[path].hasUserDefinedFields ? { ...nulls, userDefinedFields: [] } : nulls]
  })
)

/** A record with every field of its entity: what is not given is null, as the vendor sends it. */
export function complete(entity: EntityName, record: VendorRecord): VendorRecord {
  return { ...templates[entity], ...record }
}
