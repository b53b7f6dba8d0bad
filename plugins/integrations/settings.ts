import { isDeepStrictEqual } from 'node:util'
import type { TObject } from 'typebox'
import type { Connector } from '../connector/contract.ts'
import { errors, withDetails } from '../errors.ts'
import { schemaProblems } from '../http/schemas/schema-problems.ts'
import { values } from '../http/schemas/values.ts'

export type Settings = Readonly<Record<string, unknown>>

/**
 * The connector's settings with what was given over what was saved, and defaults for the rest. Throws
 * HOST_ERR_BAD_REQUEST with pointers below `/settings`.
 */
export function settingsOf(connector: Connector, given: Settings | undefined, saved: Settings = {}): Settings {
  const filled = values().Default(connector.settings, structuredClone({ ...saved, ...given })) as Settings
  const problems = schemaProblems(closed(connector.settings), filled, '/settings')
  if (problems.length > 0) throw withDetails(new errors.HOST_ERR_BAD_REQUEST(), { problems })
  return filled
}

/** Whether a sync type looks at a field of the settings. */
function looksAt({ syncTypes }: Connector, syncType: string, field: string): boolean {
  return syncTypes.find(({ name }) => name === syncType)?.settings?.includes(field) ?? true
}

/** Of settings those that a sync type looks at. */
export function ownSettings(connector: Connector, syncType: string, settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([field]) => looksAt(connector, syncType, field)))
}

/**
 * The same as `settingsOf`, for these sync types: throws also for a field that none of them looks at, unless it is what
 * it was.
 */
export function settingsFor(
  connector: Connector,
  syncTypes: readonly string[],
  given: Settings | undefined,
  saved: Settings = {}
): Settings {
  const settings = settingsOf(connector, given, saved)
  const before = settingsOf(connector, undefined, saved)
  const problems = Object.keys(given ?? {})
    .filter(field => !syncTypes.some(syncType => looksAt(connector, syncType, field)))
    .filter(field => !isDeepStrictEqual(settings[field], before[field]))
    .map(field => ({ pointer: `/settings/${field}`, message: `is no setting of ${syncTypes.join(' or ')}` }))
  if (problems.length > 0) throw withDetails(new errors.HOST_ERR_BAD_REQUEST(), { problems })
  return settings
}

/** What a person changed, for the reasons of what leaves by it: `types changed from Customer to Client`. */
export function changeInWords(before: Settings, after: Settings): string {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return fields
    .filter(field => !isDeepStrictEqual(before[field], after[field]))
    .map(field => `${field} changed from ${inWords(before[field])} to ${inWords(after[field])}`)
    .join(', ')
}

function inWords(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'nothing' : value.map(inWords).join(' or ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** The same form, refusing fields that it does not name. */
export function closed(form: TObject): TObject {
  return { ...form, additionalProperties: false } as TObject
}

/** The same form with every field optional. */
export function partial(form: TObject): TObject {
  return { ...form, required: [], additionalProperties: false } as unknown as TObject
}
