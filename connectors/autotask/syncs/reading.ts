import { SettingUnresolved } from 'integration-host/connector'
import { idsOf, openShelf, type Purpose, type Shelf } from 'integration-host/connector/kit'
import { type Entity, entities } from '../api/entities.ts'
import { readBy } from '../api/lists.ts'
import { openSession, type Session } from '../api/session.ts'
import type { Context, Settings } from '../form.ts'

/** What one call works with. What is read for it is kept no longer. */
export interface Reading {
  readonly session: Session
  readonly settings: Settings
  /** Numbers of the company types of the settings. */
  readonly typeIds: ReadonlySet<string>
  /** The day, UTC, for which costs are reckoned. */
  readonly asOf: string
  readonly services: Shelf
  readonly bundles: Shelf
  readonly vendors: Shelf
}

export async function openReading(context: Context, purpose: Purpose, stop?: AbortSignal): Promise<Reading> {
  return readingOf(context, openSession(context, { stop, isPatient: purpose !== 'person' }))
}

export function readingOf(context: Context, session: Session): Reading {
  const { settings } = context
  const typeIds = idsOf('types', settings.types, context.resolved)
  if (typeIds.size === 0)
    throw new SettingUnresolved('The company types of the settings have not been looked up in Autotask yet.', [])
  const shelf = (entity: Entity) => openShelf(ids => readBy(session, entity, 'id', ids, { filter: [] }))
  return {
    session,
    settings,
    typeIds,
    asOf: context.now().toISOString().slice(0, 10),
    services: shelf(entities.services),
    bundles: shelf(entities.bundles),
    vendors: shelf(entities.vendors)
  }
}
