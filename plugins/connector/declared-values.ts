/** What declarations are made of, as it is looked at when they are checked. */

/** As much of a JSON Schema as a declaration is asked for. */
export interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly writeOnly?: boolean
  readonly title?: string
  readonly anyOf?: readonly Schema[]
  readonly const?: unknown
}

/** Names are part of routes and of stored data. */
export const kebabCase = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

const scalars = ['string', 'number', 'integer', 'boolean']

export const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== ''
export const isFunction = (value: unknown) => typeof value === 'function'
export const isPositive = (value: unknown) => typeof value === 'number' && Number.isFinite(value) && value > 0

/** A schema of a string, number or boolean, or of alternatives of such. */
export const isScalar = (schema: Schema): boolean =>
  (schema.type !== undefined && scalars.includes(schema.type)) || (schema.anyOf?.every(isScalar) ?? false)

export function* duplicates(names: readonly string[]): Generator<string> {
  for (const [at, name] of names.entries()) if (names.indexOf(name) !== at) yield name
}
