import { openShelf, type Purpose, type Shelf } from 'integration-host/connector/kit'
import { endpoints } from '../api/endpoints.ts'
import { readBy } from '../api/lists.ts'
import { openSession, type Session } from '../api/session.ts'
import type { Context } from '../form.ts'
import { type Wanted, wantedOf } from '../resolve.ts'

/** What one call works with. What is read for it is kept no longer. */
export interface Reading {
  readonly session: Session
  readonly wanted: Wanted
  /** The day, UTC, for which costs are reckoned. */
  readonly asOf: string
  /** The product catalogue. */
  readonly products: Shelf
}

export const productFields = { fields: 'id,identifier,vendor,manufacturer' }

export async function openReading(context: Context, _purpose: Purpose, stop?: AbortSignal): Promise<Reading> {
  return readingOf(context, openSession(context, stop))
}

export function readingOf(context: Context, session: Session): Reading {
  return {
    session,
    wanted: wantedOf(context),
    asOf: context.now().toISOString().slice(0, 10),
    products: openShelf(ids => readBy(session, endpoints.catalogue, 'id', ids, productFields))
  }
}
