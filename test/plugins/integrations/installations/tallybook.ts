/** An invented vendor: a server on loopback that can be told to fail, and the connector for it. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { Type } from 'typebox'
import {
  type CallContext,
  type Connector,
  CredentialsRejected,
  defineConnector,
  defineSyncType,
  type Page,
  RecordRejected,
  SourceUnavailable
} from '../../../../plugins/connector/contract.ts'

export interface Customer {
  readonly id: number
  readonly name: string
  readonly active?: boolean
  readonly email?: string
  readonly plan?: string
}

export interface Tallybook {
  readonly origin: string
  readonly customers: Map<number, Customer>
  /** Token to account: those that are accepted. */
  readonly tokens: Map<string, string>
  /** What the server does with every request. */
  mood: 'well' | 'failing' | 'silent'
  /** Requests for the list wait for this. */
  gate: Promise<void>
  requests: number
}

/** Accepted by every server that is opened. */
export const token = 'fake-token-for-tests-1'

export async function openTallybook(t: Test): Promise<Tallybook> {
  const server = createServer(async (request, response) => {
    book.requests++
    if (book.mood === 'silent') return
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const account = book.tokens.get(String(request.headers['x-token']))
    if (book.mood === 'failing') return answer(500, { message: 'down' })
    if (account === undefined) return answer(401, { message: 'who are you' })
    if (request.url === '/account') return answer(200, { id: account, name: `Account ${account}` })
    await book.gate
    return answer(200, [...book.customers.values()])
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const book: Tallybook = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    customers: new Map(),
    tokens: new Map([[token, 'a1']]),
    mood: 'well',
    gate: Promise.resolve(),
    requests: 0
  }
  return book
}

async function ask(context: CallContext, path: string): Promise<any> {
  const { origin, token: secret } = context.credentials
  const answer = await context.http.request({ url: `${origin}${path}`, headers: { 'x-token': secret }, attempts: 1 })
  if (answer.status === 401) throw new CredentialsRejected('Tallybook refuses the token. Make a new one.')
  if (answer.status !== 200) throw new SourceUnavailable(`Tallybook answered ${answer.status}`)
  return answer.body
}

const list = async (context: CallContext): Promise<Customer[]> => {
  const { kinds } = context.settings
  const all: Customer[] = await ask(context, '/customers')
  return kinds.includes('all') ? all : all.filter(customer => customer.id < 1000)
}

function syncType(name: string, owns: readonly ('name' | 'emails' | 'agreements')[], recommends: string[]) {
  const agreements = owns.includes('agreements')
  return defineSyncType<Customer>({
    name,
    title: agreements ? 'Plans' : 'People',
    conditions: ['Active'],
    data: ['Name'],
    triggers: ['Any edit'],
    recommends,
    owns,
    idOrder: 'numeric',
    checkpoint: Type.Object({ count: Type.Number() }),
    rules: [
      {
        name: 'active',
        title: 'Is active',
        about: 'client',
        test: one => one.active !== false || 'It is switched off'
      },
      ...(agreements ? [{ name: 'plan', title: 'Has a plan', about: 'sync-type' as const, test: hasPlan }] : [])
    ],
    id: customer => String(customer.id),
    stamps: () => ({}),
    map(customer) {
      if (!customer.name) throw new RecordRejected('It has no name')
      return {
        client: {
          name: customer.name,
          ...(!agreements && customer.email && { emails: [{ value: customer.email, label: null, primary: true }] })
        },
        ...(agreements && customer.plan && { agreements: [planOf(customer)] })
      }
    },
    async *read(context): AsyncGenerator<Page<Customer>> {
      const records = await list(context)
      const checkpoint = { count: records.length }
      if (context.mode === 'incremental') yield { records, checkpoint }
      else yield { records, checkpoint, covers: { after: null, through: null }, sourceCount: records.length }
    },
    async *lookup(context, ids): AsyncGenerator<Page<Customer>> {
      const records = (await list(context)).filter(customer => ids.includes(String(customer.id)))
      yield { records, gone: ids.filter(id => !records.some(customer => String(customer.id) === id)) }
    },
    search: async (context, text) => (await list(context)).filter(({ name }) => name.startsWith(text)).slice(0, 10),
    facts: ({ name, active = true, plan = null }) => ({ name, active, plan }),
    async preview(context) {
      const all = await list(context)
      const matched = all.filter(customer => customer.active !== false)
      const leftOut = all.filter(customer => customer.active === false)
      return {
        counts: { matched: matched.length, leftOut: [{ rule: 'active', count: leftOut.length }] },
        samples: {
          matched: matched.map(({ name }) => name),
          leftOut: leftOut.map(({ name }) => ({ name, rule: 'active' }))
        },
        types: ['all', 'small'],
        statuses: ['on', 'off'],
        expectedRequests: 1
      }
    }
  })
}

const hasPlan = (customer: Customer): true | string => customer.plan !== undefined || 'It has no plan'

const planOf = ({ id, plan = '' }: Customer) => ({
  externalId: `p${id}`,
  vendorName: 'Tally',
  vendors: ['Tally'],
  contractName: plan,
  overallCost: '10.00',
  currency: 'EUR',
  billingCycle: 'Monthly',
  status: 'active',
  startDate: null,
  endDate: null
})

export const tallybook: Connector = defineConnector({
  name: 'tallybook',
  title: 'Tallybook',
  description: 'An invented vendor',
  vendorHosts: ['*.tallybook.example'],
  rate: { requests: 10_000, perMs: 1000, concurrency: 8 },
  credentials: Type.Object({
    origin: Type.String({ title: 'Origin', minLength: 1 }),
    token: Type.String({ title: 'Token', minLength: 1, writeOnly: true }),
    note: Type.Optional(Type.String({ title: 'Note' }))
  }),
  endpointFields: ['origin'],
  settings: Type.Object({
    kinds: Type.Array(Type.String({ minLength: 1 }), { default: ['small'], minItems: 1 })
  }),
  vendorPermissions: [{ name: 'Customers', level: 'read', reason: 'to read them' }],
  validationDetails: Type.Object({ tariff: Type.String() }),
  syncTypes: [syncType('people', ['name', 'emails'], ['plans']), syncType('plans', ['name', 'agreements'], ['people'])],
  accountKey: ({ token: secret }) => String(secret).replace(/-[0-9]+$/, ''),
  describe: ({ origin, note }) => ({ origin, ...(note && { note }) }),
  async validate(context) {
    const strange = (context.settings.kinds as string[]).findIndex(kind => kind !== 'all' && kind !== 'small')
    try {
      const account = await ask(context, '/account')
      const problems =
        strange === -1 ? [] : [{ pointer: `/settings/kinds/${strange}`, message: 'There is no such kind' }]
      const checks = [{ name: 'token', status: 'passed' as const, message: 'Accepted' }]
      const details = { tariff: 'gold' }
      return { valid: strange === -1, account, checks, problems, details, state: { greeted: 'yes' } }
    } catch (error) {
      if (!(error instanceof CredentialsRejected)) throw error
      const { message } = error
      const checks = [{ name: 'token', status: 'failed' as const, message, fix: 'Make a new token in Tallybook.' }]
      return { valid: false, checks, problems: [{ pointer: '/token', message }] }
    }
  }
})
