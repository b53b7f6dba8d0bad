import { errors } from '../errors.ts'

/** Lists that give out cursors; a cursor of one is no cursor of another. */
export type ListName = 'connections' | 'installations' | 'runs' | 'rejects' | 'clients' | 'agreements' | 'activity'

/** Longest that is looked at, in characters: room for two names of 1,000 characters. */
const MAX_LENGTH = 16_384

/** Opaque text for the position of the last item given out. */
export function encodeCursor(list: ListName, position: readonly string[]): string {
  return Buffer.from(JSON.stringify([list, ...position])).toString('base64url')
}

/** The position in a cursor of this list, `size` texts; null for no cursor. Throws HOST_ERR_BAD_CURSOR. */
export function decodeCursor(list: ListName, cursor: string | null, size: number): string[] | null {
  if (cursor === null) return null
  if (cursor.length > MAX_LENGTH || !/^[A-Za-z0-9_-]+$/.test(cursor)) throw new errors.HOST_ERR_BAD_CURSOR()
  const parts = parse(Buffer.from(cursor, 'base64url').toString())
  const valid =
    Array.isArray(parts) &&
    parts.length === size + 1 &&
    parts[0] === list &&
    parts.every(part => typeof part === 'string')
  if (!valid) throw new errors.HOST_ERR_BAD_CURSOR()
  return parts.slice(1)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Makes a listing of up to `limit + 1` items in order: the one too many only says that there is more. */
export function toListing<T>(
  list: ListName,
  items: T[],
  limit: number,
  positionOf: (item: T) => readonly string[]
): { items: T[]; nextCursor: string | null } {
  if (items.length <= limit) return { items, nextCursor: null }
  const page = items.slice(0, limit)
  return { items: page, nextCursor: encodeCursor(list, positionOf(page[limit - 1]!)) }
}
