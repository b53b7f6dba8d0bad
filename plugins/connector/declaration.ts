/** What is checked of a connector's declaration at boot: what the types cannot say, and what plain JavaScript did not check. */
import { errors } from '../errors.ts'
import type { Connector, SyncType } from './contract.ts'
import { faultsOfRate } from './declared-rate.ts'

/** Names are part of routes and of stored data. */
const kebabCase = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const looksSecret = /pass(word|phrase|wd)|secret|token|private|credential|(?<!public_?)key$/i
const hostName = /^(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}$/
const scalars = ['string', 'number', 'integer', 'boolean']
const ownable = ['name', 'address', 'emails', 'phones', 'websites', 'agreements']

interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly writeOnly?: boolean
  readonly title?: string
  readonly anyOf?: readonly Schema[]
  readonly const?: unknown
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== ''
const isFunction = (value: unknown) => typeof value === 'function'

function* duplicates(names: readonly string[]) {
  for (const [at, name] of names.entries()) if (names.indexOf(name) !== at) yield name
}

function* faultsOfCredentials(connector: Connector): Generator<string> {
  const schema = connector.credentials as Schema | undefined
  if (schema?.type !== 'object' || !schema.properties) {
    yield 'credentials must be an object schema'
    return
  }
  const fields = schema.properties
  for (const [name, field] of Object.entries(fields)) {
    if (looksSecret.test(name) && field.writeOnly !== true)
      yield `credential "${name}" looks like a secret and is not writeOnly: true`
    if (field.type !== 'string') yield `credential "${name}" must be a string`
    if (!isText(field.title)) yield `credential "${name}" has no title`
  }
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

const isScalar = (schema: Schema): boolean =>
  (schema.type !== undefined && scalars.includes(schema.type)) || (schema.anyOf?.every(isScalar) ?? false)

function* faultsOfSyncType(syncType: SyncType, siblings: readonly string[]): Generator<string> {
  const of = `sync type "${syncType.name}"`
  if (!kebabCase.test(syncType.name)) yield `${of} is not named in kebab-case`
  if (!isText(syncType.title)) yield `${of} has no title`
  for (const texts of ['conditions', 'data', 'triggers', 'recommends'] as const)
    if (!Array.isArray(syncType[texts]) || !syncType[texts].every(isText)) yield `${of} has no list of ${texts}`
  for (const name of syncType.recommends ?? [])
    if (name === syncType.name || !siblings.includes(name))
      yield `${of} recommends "${name}", which is not another sync type`
  for (const method of ['id', 'stamps', 'map', 'read', 'lookup', 'search', 'facts', 'preview'] as const)
    if (!isFunction(syncType[method])) yield `${of} has no function ${method}`
  if (syncType.idOrder !== 'numeric' && syncType.idOrder !== 'text') yield `${of} must say idOrder: 'numeric' or 'text'`

  if (!Array.isArray(syncType.owns) || syncType.owns.length === 0) yield `${of} owns no field`
  for (const field of syncType.owns ?? [])
    if (!ownable.includes(field)) yield `${of} owns "${field}", which clients do not have`

  if (!Array.isArray(syncType.rules) || syncType.rules.length === 0) yield `${of} has no rules`
  else {
    for (const rule of syncType.rules) {
      if (!kebabCase.test(rule.name)) yield `rule "${rule.name}" of ${of} is not named in kebab-case`
      if (!isText(rule.title) || !isFunction(rule.test)) yield `rule "${rule.name}" of ${of} needs a title and a test`
      if (rule.about !== 'client' && rule.about !== 'sync-type')
        yield `rule "${rule.name}" of ${of} must be about client or sync-type`
    }
    for (const name of duplicates(syncType.rules.map(rule => rule.name))) yield `${of} has two rules named "${name}"`
  }

  const checkpoint = syncType.checkpoint as Schema | undefined
  if (checkpoint?.type !== 'object' || !checkpoint.properties) yield `${of} has no checkpoint schema`
  for (const [name, field] of Object.entries(checkpoint?.properties ?? {}))
    if (!isScalar(field)) yield `checkpoint field "${name}" of ${of} must be a string, number or boolean`
}

function* faultsOf(connector: Connector): Generator<string> {
  if (!kebabCase.test(connector.name)) yield 'its name is not in kebab-case'
  for (const text of ['title', 'description'] as const) if (!isText(connector[text])) yield `it has no ${text}`
  for (const method of ['accountKey', 'describe', 'validate'] as const)
    if (!isFunction(connector[method])) yield `it has no function ${method}`
  if (connector.routes !== undefined && !isFunction(connector.routes)) yield 'routes must be a Fastify plugin'
  if (!Array.isArray(connector.vendorHosts) || connector.vendorHosts.length === 0) yield 'it names no vendorHosts'
  for (const host of connector.vendorHosts ?? [])
    if (!hostName.test(host)) yield `vendor host "${host}" must be a host name in small letters, or "*." and a domain`
  yield* faultsOfRate(connector.rate)
  if (!Array.isArray(connector.vendorPermissions)) yield 'vendorPermissions must be an array'
  if ((connector.settings as Schema | undefined)?.type !== 'object') yield 'settings must be an object schema'
  yield* faultsOfCredentials(connector)
  yield* faultsOfChecks(connector)
  if (connector.readNotes !== undefined && !isFunction(connector.readNotes)) yield 'readNotes must be a function'

  if (!Array.isArray(connector.syncTypes) || connector.syncTypes.length === 0) {
    yield 'it has no sync types'
    return
  }
  const names = connector.syncTypes.map(syncType => syncType.name)
  for (const name of duplicates(names)) yield `two sync types are named "${name}"`
  for (const syncType of connector.syncTypes) yield* faultsOfSyncType(syncType, names)
}

/** @throws HOST_ERR_CONNECTOR_INVALID with everything that is wrong, in one line */
export function checkDeclaration(connector: Connector): void {
  const faults = [...faultsOf(connector)]
  if (faults.length > 0) throw new errors.HOST_ERR_CONNECTOR_INVALID(connector.name, `${faults.join('; ')}.`)
}
