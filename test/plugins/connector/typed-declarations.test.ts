/** What the compiler says of a declaration; `tsc` fails where one of these lines is no error. */
import {
  type CheckpointOf,
  type ContextOf,
  defineConnector,
  defineSyncType,
  type PassPage,
  type PollContextOf,
  Type
} from 'integration-host/connector'
import { type Composition, composedSync, type PreviewPlan } from 'integration-host/connector/kit'
import t from 'tap'
import acmeDesk from '../../connectors/acme-desk/index.ts'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const is = <_Held extends true>() => {}

const credentials = Type.Object({ token: Type.String(), zone: Type.Optional(Type.String()) })
const settings = Type.Object({ types: Type.Array(Type.String()), closed: Type.Boolean() })
const position = Type.Object({ after: Type.String(), page: Type.Number() })
const memo = Type.Object({ round: Type.Number() })

type Context = ContextOf<typeof credentials, typeof settings>
type Poll = PollContextOf<typeof credentials, typeof settings, typeof memo>

interface Account {
  readonly id: string
}

const { validate, ...declared } = acmeDesk.connector

const accounts = defineSyncType({
  name: 'accounts',
  title: 'Accounts',
  conditions: ['There is one.'],
  data: ['Its name.'],
  triggers: ['It is renamed.'],
  recommends: [],
  rules: [{ name: 'there', title: 'There is one.', about: 'client', test: ({ id }) => id !== '' || 'It has no id.' }],
  owns: ['name'],
  madeOf: {},
  idOrder: 'text',
  position,
  memo,
  id: (account: Account) => account.id,
  stamps: account => ({ account: account.id }),
  version: () => null,
  map: ({ id }) => ({ client: { name: id } }),
  facts: ({ id }) => ({ name: id }),
  async begin(context: Context) {
    is<Same<typeof context.credentials.token, string>>()
    is<Same<typeof context.credentials.zone, string | undefined>>()
    is<Same<typeof context.settings.closed, boolean>>()
    is<Same<(typeof context.settings.types)[number], string>>()
    // @ts-expect-error a field of which nobody knows more than that it may be there
    context.credentials.password satisfies string
    return { position: { after: '', page: 1 }, counts: {} }
  },
  async *pass(_context, at): AsyncGenerator<PassPage<Account, CheckpointOf<typeof position>>> {
    is<Same<typeof at.after, string>>()
    is<Same<typeof at.page, number>>()
    const covers = { after: null, through: null }
    // @ts-expect-error a position as its schema does not have it
    yield { records: [], covers, seen: {}, position: { after: 7, page: 1 } }
    yield { records: [{ id: '1' }], covers, seen: {}, position: { after: '1', page: 2 } }
  },
  async count(_context, at) {
    return { accounts: at.page }
  },
  async *poll(context: Poll) {
    const round = context.memo?.round
    is<Same<typeof round, number | undefined>>()
    yield { records: [], memo: { round: (round ?? 0) + 1 } }
  },
  async *lookup() {},
  search: async () => [],
  async preview(context) {
    is<Same<typeof context.credentials.token, string>>()
    const counts = { matched: 0, leftOut: [] }
    return { counts, samples: { matched: [], leftOut: [] }, choices: {}, expectedRequests: 1 }
  }
})

t.test('credentials, settings and checkpoints have the types of their schemas, and none is any', async t => {
  const connector = defineConnector({
    ...declared,
    credentials,
    settings,
    syncTypes: [accounts],
    describe(fields) {
      is<Same<typeof fields.token, string>>()
      return { zone: fields.zone ?? '' }
    },
    async validate(context) {
      is<Same<typeof context.credentials.token, string>>()
      is<Same<typeof context.settings.closed, boolean>>()
      // @ts-expect-error not declared
      context.settings.open satisfies boolean
      return { valid: false, checks: [], problems: [] }
    }
  })
  t.equal(connector.credentials, credentials)
  t.equal(connector.syncTypes[0], accounts)
})

t.test('a composed sync hands on what its connector declares, and tells the record from its composition', async t => {
  type OfAccount = Composition<null, Account, Context>
  const composition: Partial<OfAccount> = { id: ({ id }) => id }
  const composed = composedSync(composition as OfAccount, {} as PreviewPlan<null, Account>)
  is<Same<Parameters<typeof composed.pass>[0], Context>>()
  is<Same<Parameters<typeof composed.pass>[1]['bySpan'], boolean>>()
  const { name, title, conditions, data, triggers, recommends, owns, madeOf } = accounts
  const made = defineSyncType({
    ...composed,
    ...{ name, title, conditions, data, triggers, recommends, owns, madeOf },
    rules: [{ name: 'any', title: 'Any.', about: 'client', test: (_one: unknown) => true }],
    map: ({ id }) => ({ client: { name: id } }),
    facts(one) {
      is<Same<typeof one, Account>>()
      return { name: one.id }
    }
  })
  t.equal(made.id({ id: '7' }), '7')
})

t.test('a sync type that works with other fields than its connector declares is an error', async t => {
  const other = Type.Object({ token: Type.Number() })
  const connector = defineConnector({
    ...declared,
    credentials: other,
    settings,
    // @ts-expect-error its token is a text
    syncTypes: [accounts],
    describe: () => ({}),
    validate: async () => ({ valid: false, checks: [], problems: [] })
  })
  t.equal(connector.syncTypes.length, 1)
})

t.test('a sync type whose pages do not fit its schema of positions is an error', async t => {
  const made = defineSyncType({
    ...accounts,
    position,
    memo,
    id: (account: Account) => account.id,
    // @ts-expect-error a page number is missing
    begin: async () => ({ position: { after: '' }, counts: {} })
  })
  t.equal(made.position, position)
})

t.test('a connector for another contract is an error', async t => {
  const connector = defineConnector({
    ...declared,
    // @ts-expect-error there is no such contract
    contract: 2,
    credentials,
    settings,
    syncTypes: [accounts],
    describe: () => ({}),
    validate: async () => ({ valid: false, checks: [], problems: [] })
  })
  t.equal(Number(connector.contract), 2)
})
