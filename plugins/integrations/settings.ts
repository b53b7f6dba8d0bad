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

/** The same form, refusing fields that it does not name. */
export function closed(form: TObject): TObject {
  return { ...form, additionalProperties: false } as TObject
}

/** The same form with every field optional. */
export function partial(form: TObject): TObject {
  return { ...form, required: [], additionalProperties: false } as unknown as TObject
}
