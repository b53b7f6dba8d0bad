/** What is checked of a connector's declaration at boot: what the types cannot say, and what plain JavaScript did not check. */
import { errors } from '../errors.ts'
import type { Connector } from './contract.ts'
import { faultsOfRate } from './declared-rate.ts'
import { faultsOfSyncType } from './declared-sync-type.ts'
import { duplicates, isFunction, isText, kebabCase, type Schema } from './declared-values.ts'
import { isLevel, levels } from './levels.ts'
import { checkContract } from './made-for.ts'

const looksSecret = /pass(word|phrase|wd)|secret|token|private|credential|(?<!public_?)key$/i
const hostName = /^(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}$/

function* faultsOfFields(fields: Readonly<Record<string, Schema>>, one: string): Generator<string> {
  for (const [name, field] of Object.entries(fields)) {
    if (looksSecret.test(name) && field.writeOnly !== true)
      yield `${one} "${name}" looks like a secret and is not writeOnly: true`
    if (field.type !== 'string') yield `${one} "${name}" must be a string`
    if (!isText(field.title)) yield `${one} "${name}" has no title`
  }
}

function* faultsOfOperator({ operator, credentials, endpointFields }: Connector): Generator<string> {
  if (operator === undefined) return
  const { type, properties } = operator as Schema
  if (type !== 'object' || !properties) {
    yield 'operator must be an object schema'
    return
  }
  yield* faultsOfFields(properties, 'operator field')
  const typed = (credentials as Schema | undefined)?.properties ?? {}
  for (const [name, { writeOnly }] of Object.entries(properties)) {
    if (!/^[a-z][A-Za-z0-9]*$/.test(name)) yield `operator field "${name}" is not in camelCase`
    if (typed[name]?.writeOnly && !writeOnly) yield `operator field "${name}" is a secret in the form`
    // Else a tenant's secrets would be sent where the tenant has not said.
    if (endpointFields?.includes(name)) yield `operator field "${name}" says where secrets are sent`
  }
}

function* faultsOfCredentials(connector: Connector): Generator<string> {
  const schema = connector.credentials as Schema | undefined
  if (schema?.type !== 'object' || !schema.properties) {
    yield 'credentials must be an object schema'
    return
  }
  const fields = schema.properties
  yield* faultsOfFields(fields, 'credential')
  for (const name of connector.endpointFields ?? []) {
    if (!fields[name]) yield `endpointFields names "${name}", which is not a credential`
    else if (fields[name].writeOnly) yield `endpointFields names "${name}", which is a secret`
  }
  if (!Array.isArray(connector.endpointFields)) yield 'endpointFields must be an array'
  for (const [name, guide] of Object.entries(connector.guide ?? {})) {
    if (!fields[name]) yield `guide names "${name}", which is not a credential`
    if (!isText(guide.short) || !isText(guide.question) || !Array.isArray(guide.steps) || !guide.steps.every(isText))
      yield `guide of "${name}" needs short words, a question and steps`
  }
}

function* faultsOfChecks({ checks }: Connector): Generator<string> {
  if (checks === undefined) return
  if (!Array.isArray(checks) || !checks.every(check => isText(check.name) && isText(check.title))) {
    yield 'checks must be a list of names with titles'
    return
  }
  for (const name of duplicates(checks.map(check => check.name))) yield `two checks are named "${name}"`
}

/** Two writers of one field would undo each other with every run. The name is read from the same place by all. */
function* faultsOfShares({ syncTypes }: Connector): Generator<string> {
  const owned = syncTypes.flatMap(({ owns }) => (Array.isArray(owns) ? [...new Set<string>(owns)] : []))
  for (const field of new Set(duplicates(owned))) {
    if (field !== 'name') yield `"${field}" is owned by several sync types: only "name" may be`
  }
}

function* faultsOf(connector: Connector): Generator<string> {
  if (!kebabCase.test(connector.name)) yield 'its name is not in kebab-case'
  for (const text of ['title', 'description'] as const) if (!isText(connector[text])) yield `it has no ${text}`
  for (const method of ['describe', 'validate'] as const)
    if (!isFunction(connector[method])) yield `it has no function ${method}`
  if (connector.resolve !== undefined && !isFunction(connector.resolve)) yield 'resolve must be a function'
  if (connector.routes !== undefined && !isFunction(connector.routes)) yield 'routes must be a Fastify plugin'
  if (connector.locksAccounts !== undefined && typeof connector.locksAccounts !== 'boolean')
    yield 'locksAccounts must be true or false'
  if (connector.level !== undefined && !isLevel(connector.level)) yield `level must be one of ${levels.join(', ')}`
  if (!Array.isArray(connector.vendorHosts) || connector.vendorHosts.length === 0) yield 'it names no vendorHosts'
  for (const host of connector.vendorHosts ?? [])
    if (!hostName.test(host)) yield `vendor host "${host}" must be a host name in small letters, or "*." and a domain`
  yield* faultsOfRate(connector.rate)
  if (!Array.isArray(connector.vendorPermissions)) yield 'vendorPermissions must be an array'
  if ((connector.settings as Schema | undefined)?.type !== 'object') yield 'settings must be an object schema'
  yield* faultsOfChecks(connector)
  yield* faultsOfCredentials(connector)
  yield* faultsOfOperator(connector)
  if (connector.readNotes !== undefined && !isFunction(connector.readNotes)) yield 'readNotes must be a function'

  if (!Array.isArray(connector.syncTypes) || connector.syncTypes.length === 0) {
    yield 'it has no sync types'
    return
  }
  const names = connector.syncTypes.map(syncType => syncType.name)
  for (const name of duplicates(names)) yield `two sync types are named "${name}"`
  yield* faultsOfShares(connector)
  for (const syncType of connector.syncTypes) yield* faultsOfSyncType(syncType, connector)
}

/** @throws HOST_ERR_CONNECTOR_CONTRACT; HOST_ERR_CONNECTOR_INVALID with everything that is wrong, in one line */
export function checkDeclaration(connector: Connector): void {
  // What follows asks by this contract: of a declaration for another it would only say what differs.
  checkContract(connector)
  const faults = [...faultsOf(connector)]
  if (faults.length > 0) throw new errors.HOST_ERR_CONNECTOR_INVALID(connector.name, `${faults.join('; ')}.`)
}
