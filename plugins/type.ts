/**
 * typebox's builder as far as this host and the connectors it ships use it, with typebox's types. What it builds is
 * plain JSON Schema, and the 300 modules of typebox itself would be a third of the time that a start may take. A test
 * holds it against typebox's own.
 */
import type { Static, TSchema, Type as TypeBox } from 'typebox'

interface Schema {
  readonly [keyword: string]: unknown
}
type Options = Schema | undefined

/** Marks that typebox reads and no one who lists the keywords sees. */
function marked(schema: Schema, marks: Schema): Schema {
  const hidden = Object.entries(marks).map(([name, value]) => [name, { value, configurable: true, writable: true }])
  return Object.defineProperties({ ...schema }, Object.fromEntries(hidden))
}

const make = (kind: string, keywords: Schema, options: Options) =>
  marked({ ...keywords, ...options }, { '~kind': kind })

const plain = (kind: string, type: string) => (options?: Schema) => make(kind, { type }, options)

const optional = (schema: Schema) => marked(schema, { '~kind': schema['~kind'], '~optional': true })

function object(properties: Readonly<Record<string, Schema>>, options?: Schema) {
  const required = Object.keys(properties).filter(name => !('~optional' in properties[name]!))
  return make('Object', { type: 'object', ...(required.length > 0 && { required }), properties }, options)
}

function partial({ properties }: { properties: Readonly<Record<string, Schema>> }, options?: Schema) {
  const optionals = Object.entries(properties).map(([name, schema]) => [name, optional(schema)])
  return object(Object.fromEntries(optionals), options)
}

const builder = {
  Array: (items: Schema, options?: Schema) => make('Array', { type: 'array', items }, options),
  Boolean: plain('Boolean', 'boolean'),
  Enum: (values: readonly string[], options?: Schema) => make('Enum', { enum: values }, options),
  Integer: plain('Integer', 'integer'),
  Literal: (value: string | number | boolean, options?: Schema) =>
    make('Literal', { type: typeof value, const: value }, options),
  Null: plain('Null', 'null'),
  Number: plain('Number', 'number'),
  Object: object,
  Optional: optional,
  /** Every field optional; keywords of the whole object are those given here. */
  Partial: partial,
  /** Any text is a key. */
  Record: (_key: Schema, value: Schema, options?: Schema) =>
    make('Record', { type: 'object', patternProperties: { '^.*$': value } }, options),
  String: plain('String', 'string'),
  Union: (anyOf: readonly Schema[], options?: Schema) => make('Union', { anyOf }, options),
  /** Keywords as they are, for what the others cannot say. */
  Unsafe: (schema: Schema) => marked(schema, { '~unsafe': null }),
  Unknown: (options?: Schema) => make('Unknown', {}, options)
}

export const Type = builder as unknown as Pick<typeof TypeBox, keyof typeof builder>

/**
 * What `schema` takes, or null. One list of types, where a union would have a validator built at each start and asked
 * for each value that is written out.
 */
export const orNull = <S extends TSchema & { type: string }>(schema: S, options?: Schema) =>
  Type.Unsafe<Static<S> | null>({ ...schema, ...options, type: [schema.type, 'null'] })
