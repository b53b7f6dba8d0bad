import { type TProperties, type TSchema, Type } from 'typebox'
import { errors, withDetails } from '../../errors.ts'
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

/** What a list answers that goes both ways. */
export function TwoWayListingOf<Item extends TSchema>(item: Item) {
  return Type.Object({
    ...ListingOf(item).properties,
    previousCursor: orNull(Type.String(), {
      description: 'Give it back as `before` for the page before this one; null: the list begins here'
    })
  })
}

/** In the query of a list that goes both ways. */
export const before = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 1000,
    description: 'A previousCursor: the page that ends where that one began, in the same order; not with `cursor`'
  })
)

/** The query of a list: its own filters beside `limit` and `cursor`. */
export function ListQuery<Filters extends TProperties>(filters: Filters) {
  return Type.Object(
    {
      ...filters,
      limit: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 500,
          default: 50,
          description: 'A page has fewer where the items are large: whether there are more says nextCursor alone'
        })
      ),
      cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 }))
    },
    { additionalProperties: false }
  )
}

/** The page that a list's query asks for, as the store takes it. */
export function pageOf(query: { limit?: number; cursor?: string }): { limit: number; cursor: string | null } {
  return { limit: query.limit ?? 50, cursor: query.cursor ?? null }
}

interface TwoWayQuery {
  readonly limit?: number
  readonly cursor?: string
  readonly before?: string
}

/** Likewise of a list that goes both ways. Throws HOST_ERR_BAD_REQUEST for both at once. */
export function twoWayPageOf({ before, ...query }: TwoWayQuery): {
  limit: number
  cursor: string | null
  before: string | null
} {
  if (before !== undefined && query.cursor !== undefined) {
    const problems = [
      { pointer: '/before', message: 'goes without cursor: a page begins behind one or ends before one' }
    ]
    throw withDetails(new errors.HOST_ERR_BAD_REQUEST(), { problems })
  }
  return { ...pageOf(query), before: before ?? null }
}
