/** What is checked of one sync type's declaration; declaration.ts asks for each. */
import type { Connector, Rule, SyncType } from './contract.ts'
import { duplicates, isFunction, isScalar, isText, kebabCase, type Schema } from './declared-values.ts'

const ownable = ['name', 'address', 'emails', 'phones', 'websites', 'agreements']
/** Fields that children can be the makers of, and which owned field they are part of. */
const made: Readonly<Record<string, string>> = {
  address: 'address',
  emails: 'emails',
  phones: 'phones',
  websites: 'websites',
  agreements: 'agreements',
  cost: 'agreements',
  vendor: 'agreements'
}
/** What stands before the colon of a stamp key: no sign that parts such a key. */
const childKind = /^[a-z][a-z0-9-]*$/
const abouts: readonly Rule<unknown>['about'][] = ['existence', 'client', 'sync-type']
const methods = [
  'id',
  'stamps',
  'version',
  'map',
  'begin',
  'pass',
  'count',
  'poll',
  'lookup',
  'search',
  'facts',
  'preview'
] as const

function* faultsOfOwnership({ owns, madeOf }: SyncType, of: string): Generator<string> {
  if (!Array.isArray(owns) || owns.length === 0) yield `${of} owns no field`
  const owned: readonly string[] = Array.isArray(owns) ? owns : []
  for (const field of owned) if (!ownable.includes(field)) yield `${of} owns "${field}", which clients do not have`
  for (const field of duplicates(owned)) yield `${of} owns "${field}" twice`

  if (typeof madeOf !== 'object' || madeOf === null) {
    yield `${of} does not say of which children its fields are made (madeOf)`
    return
  }
  for (const [field, kinds] of Object.entries(madeOf)) {
    const part = made[field]
    if (part === undefined) yield `madeOf of ${of} names "${field}", in which nothing can be lost`
    else if (!owned.includes(part)) yield `madeOf of ${of} names "${field}", which it does not own`
    if (!Array.isArray(kinds) || kinds.length === 0 || !kinds.every(kind => childKind.test(kind)))
      yield `madeOf of ${of} must list kinds of children for "${field}", each a small word without a colon`
  }
}

function* faultsOfRules({ rules }: SyncType, of: string, resolves: boolean): Generator<string> {
  if (!Array.isArray(rules) || rules.length === 0) {
    yield `${of} has no rules`
    return
  }
  for (const rule of rules) {
    const it = `rule "${rule.name}" of ${of}`
    if (!kebabCase.test(rule.name)) yield `${it} is not named in kebab-case`
    if (!isText(rule.title) || !isFunction(rule.test)) yield `${it} needs a title and a test`
    if (rule.short !== undefined && !isText(rule.short)) yield `${it} has short words that are none`
    if (!abouts.includes(rule.about)) yield `${it} must be about existence, client or sync-type`
    if (rule.bySettings && !resolves)
      yield `${it} goes by names of the settings, and the connector has no function resolve to look them up`
  }
  for (const name of duplicates(rules.map(rule => rule.name))) yield `${of} has two rules named "${name}"`
}

/** Kept in the store and handed back: nothing but scalars survives every store alike. */
function* faultsOfKept(syncType: SyncType, of: string): Generator<string> {
  for (const name of ['position', 'memo'] as const) {
    const schema = syncType[name] as Schema | undefined
    if (schema?.type !== 'object' || !schema.properties) yield `${of} has no ${name} schema`
    for (const [field, kept] of Object.entries(schema?.properties ?? {}))
      if (!isScalar(kept)) yield `${name} field "${field}" of ${of} must be a string, number or boolean`
  }
}

/** @param connector whose sync type it is */
export function* faultsOfSyncType(syncType: SyncType, connector: Connector): Generator<string> {
  const siblings = connector.syncTypes.map(({ name }) => name)
  const of = `sync type "${syncType.name}"`
  if (!kebabCase.test(syncType.name)) yield `${of} is not named in kebab-case`
  if (!isText(syncType.title)) yield `${of} has no title`
  for (const texts of ['conditions', 'data', 'triggers', 'recommends'] as const)
    if (!Array.isArray(syncType[texts]) || !syncType[texts].every(isText)) yield `${of} has no list of ${texts}`
  for (const name of syncType.recommends ?? [])
    if (name === syncType.name || !siblings.includes(name))
      yield `${of} recommends "${name}", which is not another sync type`
  for (const method of methods) if (!isFunction(syncType[method])) yield `${of} has no function ${method}`
  if (syncType.unread !== undefined && !isFunction(syncType.unread)) yield `unread of ${of} is no function`
  if (syncType.idOrder !== 'numeric' && syncType.idOrder !== 'text') yield `${of} must say idOrder: 'numeric' or 'text'`
  yield* faultsOfOwnership(syncType, of)
  yield* faultsOfRules(syncType, of, isFunction(connector.resolve))
  const fields = Object.keys((connector.settings as Schema | undefined)?.properties ?? {})
  if (syncType.settings !== undefined && !syncType.settings.every?.(field => fields.includes(field)))
    yield `settings of ${of} must be a list of fields of the connector's settings`
  yield* faultsOfKept(syncType, of)
}
