import t from 'tap'
import Type, { type TSchema } from 'typebox'
import type { Connector, SyncType } from '../../../plugins/connector/contract.ts'
import { checkDeclaration } from '../../../plugins/connector/declaration.ts'
import acmeDesk from '../../connectors/acme-desk/index.ts'

const { connector } = acmeDesk
const [syncType] = connector.syncTypes as [SyncType]

const withSyncType = (change: object): Partial<Connector> => ({ syncTypes: [{ ...syncType, ...change }] })
const withCredentials = (fields: Record<string, object>): Partial<Connector> => ({
  credentials: Type.Object({ region: Type.String({ title: 'Region' }), ...(fields as Record<string, TSchema>) })
})

t.test('a good declaration passes', async t => {
  t.doesNotThrow(() => checkDeclaration(connector))
})

t.test('a declaration that the host could not live with is refused by name and reason', async t => {
  const rule = syncType.rules[0]!
  const check = { name: 'token', title: 'The token is accepted' }
  const cases: [Record<string, unknown>, RegExp][] = [
    [{ name: 'Acme Desk' }, /its name is not in kebab-case/],
    [{ name: '../x' }, /its name is not in kebab-case/],
    [{ title: ' ' }, /it has no title/],
    [{ validate: undefined }, /no function validate/],
    [{ vendorHosts: [] }, /names no vendorHosts/],
    [{ vendorHosts: ['*'] }, /vendor host "\*"/],
    [{ vendorHosts: ['*.com'] }, /vendor host "\*\.com"/],
    [{ vendorHosts: ['https://desk.example'] }, /vendor host/],
    [{ rate: { requests: 0, perMs: 1000, concurrency: 1 } }, /rate needs/],
    [{ rate: { requests: 10, perMs: Number.NaN, concurrency: 1 } }, /rate needs/],
    [{ rate: { requests: 10, perMs: 1000, concurrency: 1, burst: 0 } }, /rate.burst/],
    [{ rate: { requests: 10, perMs: 1000, concurrency: 1, throttlePauseMs: -1 } }, /rate.throttlePauseMs/],
    [{ rate: { requests: 10, perMs: 1000, concurrency: 1, lanes: { contracts: 0 } } }, /lane "contracts"/],
    [{ rate: { requests: 10, perMs: 1000, concurrency: 1, lanes: { 'The Lane': 1 } } }, /lane "The Lane"/],
    [{ settings: Type.String() }, /settings must be an object/],
    [{ endpointFields: ['domain'] }, /endpointFields names "domain", which is not a credential/],
    [{ endpointFields: ['token'] }, /endpointFields names "token", which is a secret/],
    [withCredentials({ password: Type.String({ title: 'P' }) }), /"password" looks like a secret/],
    [withCredentials({ clientSecret: Type.String({ title: 'P' }) }), /"clientSecret" looks like a secret/],
    [withCredentials({ accessToken: Type.String({ title: 'P' }) }), /"accessToken" looks like a secret/],
    [withCredentials({ apiKey: Type.String({ title: 'P' }) }), /"apiKey" looks like a secret/],
    [withCredentials({ port: Type.Integer({ title: 'P' }) }), /"port" must be a string/],
    [withCredentials({ account: Type.String() }), /"account" has no title/],
    [{ operator: Type.String() }, /operator must be an object/],
    [{ operator: Type.Object({ appKey: Type.String({ title: 'K' }) }) }, /operator field "appKey" looks like a secret/],
    [{ operator: Type.Object({ port: Type.Integer({ title: 'P' }) }) }, /operator field "port" must be a string/],
    [{ operator: Type.Object({ code: Type.String() }) }, /operator field "code" has no title/],
    [
      { operator: Type.Object({ 'app-id': Type.String({ title: 'I' }) }) },
      /operator field "app-id" is not in camelCase/
    ],
    [{ operator: Type.Object({ region: Type.String({ title: 'R' }) }) }, /"region" says where secrets are sent/],
    [
      {
        ...withCredentials({ code: Type.String({ title: 'C', writeOnly: true }) }),
        operator: Type.Object({ code: Type.String({ title: 'C' }) })
      },
      /operator field "code" is a secret in the form/
    ],
    [{ syncTypes: [] }, /has no sync types/],
    [{ syncTypes: [syncType, syncType] }, /two sync types are named "active-accounts"/],
    [withSyncType({ name: 'Active' }), /not named in kebab-case/],
    [withSyncType({ rules: [] }), /has no rules/],
    [withSyncType({ rules: undefined }), /has no rules/],
    [withSyncType({ rules: [rule, rule] }), /two rules named "active"/],
    [withSyncType({ rules: [{ ...rule, about: 'all' }] }), /must be about existence, client or sync-type/],
    [withSyncType({ rules: [{ ...rule, short: ' ' }] }), /has short words that are none/],
    [
      withSyncType({ rules: [{ ...rule, bySettings: true }] }),
      /goes by names of the settings, and .* no function resolve/
    ],
    [withSyncType({ rules: [{ ...rule, test: undefined }] }), /needs a title and a test/],
    [withSyncType({ settings: ['colour'] }), /settings of .* must be a list of fields of the connector's settings/],
    [withSyncType({ id: undefined }), /no function id/],
    [withSyncType({ map: undefined }), /no function map/],
    [withSyncType({ version: undefined }), /no function version/],
    [withSyncType({ begin: undefined }), /no function begin/],
    [withSyncType({ pass: undefined }), /no function pass/],
    [withSyncType({ count: undefined }), /no function count/],
    [withSyncType({ poll: undefined }), /no function poll/],
    [withSyncType({ unread: 'nothing' }), /unread of .* is no function/],
    [withSyncType({ recommends: ['accounts'] }), /recommends "accounts"/],
    [withSyncType({ owns: [] }), /owns no field/],
    [withSyncType({ owns: ['shoeSize'] }), /owns "shoeSize"/],
    [withSyncType({ idOrder: 'any' }), /must say idOrder/],
    [withSyncType({ owns: ['name', 'name'] }), /owns "name" twice/],
    [withSyncType({ madeOf: undefined }), /does not say of which children/],
    [withSyncType({ madeOf: { emails: [] } }), /must list kinds of children for "emails"/],
    [withSyncType({ madeOf: { emails: ['contact:7'] } }), /must list kinds of children for "emails"/],
    [withSyncType({ madeOf: { name: ['contact'] } }), /names "name", in which nothing can be lost/],
    [withSyncType({ madeOf: { cost: ['addition'] } }), /names "cost", which it does not own/],
    [withSyncType({ position: Type.Object({ at: Type.Object({}) }) }), /position field "at"/],
    [withSyncType({ position: undefined }), /no position schema/],
    [withSyncType({ memo: Type.Object({ seen: Type.Array(Type.String()) }) }), /memo field "seen"/],
    [withSyncType({ memo: Type.String() }), /no memo schema/],
    [{ syncTypes: [syncType, { ...syncType, name: 'others' }] }, /"emails" is owned by several sync types/],
    [{ resolve: 'names' }, /resolve must be a function/],
    [{ locksAccounts: 'yes' }, /locksAccounts must be true or false/],
    [{ level: 'platinum' }, /level must be one of bronze, silver, gold/],
    [{ checks: ['token'] }, /checks must be a list of names with titles/],
    [{ checks: [check, check] }, /two checks are named "token"/],
    [{ guide: { colour: { short: 'x', question: 'x', steps: [] } } }, /guide names "colour"/],
    [{ guide: { region: { short: 'x', steps: [] } } }, /guide of "region" needs/]
  ]
  for (const [change, reason] of cases) {
    const refused: any = t.throws(() => checkDeclaration({ ...connector, ...change } as Connector), String(reason))
    t.equal(refused?.code, 'HOST_ERR_CONNECTOR_INVALID', String(reason))
    t.match(refused?.message, reason)
  }
})

t.test('sync types may share the name and nothing else; what settings name needs resolve', async t => {
  const other = {
    ...syncType,
    name: 'others',
    owns: ['name', 'agreements'],
    madeOf: { cost: ['item'], vendor: ['item'] }
  }
  const rules = [{ ...syncType.rules[0]!, bySettings: true }]
  const resolve = async () => ({ resolved: {}, problems: [] })
  const good = { ...connector, resolve, syncTypes: [syncType, { ...other, rules }] } as Connector
  t.doesNotThrow(() => checkDeclaration(good))
})

t.test('all faults of a declaration are told at once', async t => {
  const bad = { ...connector, title: '', vendorHosts: [], ...withSyncType({ owns: [] }) } as Connector
  t.throws(() => checkDeclaration(bad), { message: /has no title; .*names no vendorHosts; .*owns no field/ })
})

t.test('a public key is no secret', async t => {
  const credentials = { ...withCredentials({ publicKey: Type.String({ title: 'Public key' }) }) }
  t.doesNotThrow(() => checkDeclaration({ ...connector, ...credentials } as Connector))
})
