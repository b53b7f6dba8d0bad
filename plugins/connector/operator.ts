/** Values that the operator sets once for the host: read from the environment, and what they make of a connector's form. */
import { findTypingErrors } from '../config/typing-errors.ts'
import { errors } from '../errors.ts'
import { schemaProblems } from '../http/schemas/schema-problems.ts'
import type { Connector, FieldGuide } from './contract.ts'
import type { Schema } from './declared-values.ts'

/** By field of `Connector.operator`; what is not set is absent. */
export type OperatorValues = Readonly<Record<string, string>>

type Environment = Readonly<Record<string, string | undefined>>

const prefix = 'CONNECTOR_'

/** `CONNECTOR_MY_DESK_APP_KEY` of my-desk's `appKey`. */
export function variableOf(connector: string, field: string): string {
  const words = `${connector}_${field.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_')}`
  return prefix + words.replaceAll('-', '_').toUpperCase()
}

/** The variables of a connector, by its fields. */
function variablesOf({ name, operator }: Connector): [field: string, variable: string][] {
  return Object.keys(operator?.properties ?? {}).map(field => [field, variableOf(name, field)])
}

/** An empty variable counts as one that is not set. @throws HOST_ERR_CONFIG, which never shows what was given */
export function readOperatorValues(connector: Connector, env: Environment): OperatorValues {
  const set = variablesOf(connector).flatMap(([field, variable]) => {
    const value = env[variable]?.trim() ?? ''
    return value === '' ? [] : [[field, value] as const]
  })
  const values = Object.fromEntries(set)
  if (!connector.operator || set.length === 0) return values
  const optional = { ...connector.operator, required: [] } as unknown as typeof connector.operator
  const [problem] = schemaProblems(optional, values, '')
  if (!problem) return values
  throw new errors.HOST_ERR_CONFIG(`${variableOf(connector.name, problem.pointer.slice(1))} ${problem.message}.`)
}

/** Those that have to be kept out of the log. */
export function secretsAmong({ operator }: Connector, values: OperatorValues): string[] {
  const fields = (operator?.properties ?? {}) as Record<string, Schema>
  return Object.entries(values).flatMap(([field, value]) => (fields[field]?.writeOnly ? [value] : []))
}

const instead = 'May stay empty: the operator of this host has set one.'

/** The connector with a form in which nobody has to type what the operator has set. */
export function withOperatorValues(connector: Connector, values: OperatorValues): Connector {
  const { credentials, guide } = connector
  const form = credentials.properties as Record<string, Schema & { readonly description?: string }>
  const set = Object.keys(values).filter(field => field in form)
  if (set.length === 0) return connector
  const fields = set.map(field => {
    const description = `${form[field]!.description ?? ''} ${instead}`.trim()
    return [field, { ...form[field], description }] as const
  })
  const guides = set.flatMap(field => (guide?.[field] ? [[field, guided(guide[field])] as const] : []))
  return {
    ...connector,
    credentials: {
      ...credentials,
      properties: { ...form, ...Object.fromEntries(fields) },
      required: (credentials.required as readonly string[] | undefined)?.filter(field => !set.includes(field)) ?? []
    } as unknown as Connector['credentials'],
    ...(guide && { guide: { ...guide, ...Object.fromEntries(guides) } })
  }
}

const guided = (guide: FieldGuide): FieldGuide => ({ ...guide, short: `${instead} ${guide.short}` })

/** In words: variables for connectors that none of these declares. */
export function unknownVariables(connectors: Iterable<Connector>, env: Environment): string[] {
  const known = [...connectors].flatMap(connector => variablesOf(connector).map(([, variable]) => variable))
  const unknown = Object.keys(env).filter(name => name.startsWith(prefix) && !known.includes(name))
  const nearest = new Map(findTypingErrors(unknown, known).map(({ name, nearest }) => [name, nearest]))
  return unknown.map(name => {
    const meant = nearest.get(name)
    return `${name} is not a variable of a connector of this host${meant === undefined ? '.' : `; did you mean ${meant}?`}`
  })
}
