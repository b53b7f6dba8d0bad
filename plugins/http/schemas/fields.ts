import { Type } from 'typebox'
import { orNull } from './or-null.ts'

/** The path parameter of everything that has an id. */
export const IdParams = Type.Object(
  { id: Type.String({ minLength: 1, maxLength: 100 }) },
  { additionalProperties: false }
)

/** For a POST that takes nothing: no body, or `{}`. */
export const NoBody = Type.Union([Type.Null(), Type.Object({}, { additionalProperties: false })])

export const Time = Type.String({ description: 'UTC, ISO 8601', examples: ['2026-11-23T18:00:00.000Z'] })
export const TimeOrNull = orNull(Time)
export const StringOrNull = orNull(Type.String())
