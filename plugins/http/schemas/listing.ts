import { type TProperties, type TSchema, Type } from 'typebox'
import { orNull } from './or-null.ts'

/** What every list answers. */
export function ListingOf<Item extends TSchema>(item: Item) {
  return Type.Object({
    items: Type.Array(item),
    nextCursor: orNull(Type.String(), {
      description: 'Give it back as `cursor` for the next items; null: there are no more'
    })
  })
}

/** The query of a list: its own filters beside `limit` and `cursor`. */
export function ListQuery<Filters extends TProperties>(filters: Filters) {
  return Type.Object(
    {
      ...filters,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
      cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 }))
    },
    { additionalProperties: false }
  )
}

/** The page that a list's query asks for, as the store takes it. */
export function pageOf(query: { limit?: number; cursor?: string }): { limit: number; cursor: string | null } {
  return { limit: query.limit ?? 50, cursor: query.cursor ?? null }
}
