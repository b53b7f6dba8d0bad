import { readFileSync } from 'node:fs'

/** What the vendor's document says of one field: a scalar, a reference to a schema, or an array of one. */
export type FieldKind =
  | 'integer'
  | 'number'
  | 'string'
  | 'boolean'
  | 'date'
  | 'object'
  | 'any'
  | `ref:${string}`
  | `array:${string}`

/** Field names and kinds by schema, taken from the vendor's OpenAPI document (2026.11). */
const schemas: Record<string, Record<string, FieldKind>> = JSON.parse(
  readFileSync(new URL('./schema.json', import.meta.url), 'utf8')
)

/** The fields of one schema, or undefined if the vendor's document does not describe it. */
export function fieldsOf(schema: string): Record<string, FieldKind> | undefined {
  return schemas[schema]
}

/** The kind of one field; undefined when the schema has no field of exactly this name. */
export function kindOf(schema: string, field: string): FieldKind | undefined {
  const fields = schemas[schema]
  return fields && Object.hasOwn(fields, field) ? fields[field] : undefined
}

/** The schema behind a reference or an array; undefined for scalars. */
export function targetOf(kind: FieldKind): string | undefined {
  return kind.startsWith('ref:') || kind.startsWith('array:') ? kind.slice(kind.indexOf(':') + 1) : undefined
}
