import { type Static, type TSchema, Type } from 'typebox'

/**
 * What `schema` takes, or null. One list of types, where a union would have a validator built at each start and asked
 * for each value that is written out.
 */
export const orNull = <S extends TSchema & { type: string }>(schema: S, options?: object) =>
  Type.Unsafe<Static<S> | null>({ ...schema, ...options, type: [schema.type, 'null'] })
