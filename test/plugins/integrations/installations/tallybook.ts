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
  type PassPage,
  type PollPage,
  RecordRejected,
  type SettingsResolution,
  SourceUnavailable
} from '../../../../plugins/connector/contract.ts'

export interface Customer {
  readonly id: number
  readonly name: string
  readonly active?: boolean
  readonly email?: string
  readonly plan?: string
  /** The vendor does not show its plan. */
  readonly hidden?: boolean
}

export interface Tallybook {
  readonly origin: string
  readonly customers: Map<number, Customer>
  /** Token to account: those that are accepted. */
  readonly tokens: Map<string, string>
  /** Kinds of customers by id: what the settings name. */
  readonly kinds: Map<string, string>
  /** What the server does with every request. */
  mood: 'well' | 'failing' | 'silent'
  /** Requests for the list are answered with 500. */
  listFails: boolean
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
    if (request.url === '/kinds') return answer(200, Object.fromEntries(book.kinds))
    await book.gate
    if (book.listFails) return answer(500, { message: 'no list today' })
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
    kinds: new Map([
      ['k1', 'all'],
      ['k2', 'small']
    ]),
    mood: 'well',
    listFails: false,
    gate: Promise.resolve(),
    requests: 0
  }
  return book
}

async function ask(context: CallContext, path: string): Promise<any> {
  const { origin, token: secret } = context.credentials as { origin: string; token: string }
  const answer = await context.http.request({ url: `${origin}${path}`, headers: { 'x-token': secret }, attempts: 1 })
  if (answer.status === 401) throw new CredentialsRejected('Tallybook refuses the token. Make a new one.')
  if (answer.status !== 200) throw new SourceUnavailable(`Tallybook answered ${answer.status}`)
  return answer.body
}

/** A customer, and whether it is of the kinds that the settings name: small ones have small numbers. */
interface Listed extends Customer {
  readonly fits: boolean
}

const list = async (context: CallContext): Promise<Listed[]> => {
  const takesAll = Object.values(context.resolved).includes('k1')
  const all: Customer[] = await ask(context, '/customers')
  return all.map(customer => ({ ...customer, fits: takesAll || customer.id < 1000 }))
}

const stampsOf = ({ fits: _, ...customer }: Listed) => ({
  customer: JSON.stringify(customer),
  ...(customer.plan !== undefined && { [`plan:p${customer.id}`]: '' })
})

/** Each kind by the id it had, else by its name. */
async function resolve(context: CallContext): Promise<SettingsResolution> {
  const kinds: Record<string, string> = await ask(context, '/kinds')
  const choices = Object.values(kinds)
  const resolved: Record<string, string> = {}
  const problems: SettingsResolution['problems'][number][] = []
  for (const [at, name] of (context.settings.kinds as string[]).entries()) {
    const former = context.resolved[`kinds:${name}`]
    const id = former && kinds[former] ? former : Object.keys(kinds).find(one => kinds[one] === name)
    if (id) resolved[`kinds:${name}`] = id
    else problems.push({ pointer: `/kinds/${at}`, message: `There is no kind "${name}"`, choices })
  }
  return { resolved, problems }
}

function syncType(name: string, owns: readonly ('name' | 'emails' | 'agreements')[], recommends: string[]) {
  const agreements = owns.includes('agreements')
  const pass = async (context: CallContext): Promise<PassPage<Listed>> => {
    const records = await list(context)
    return {
      records,
      covers: { after: null, through: null },
      position: { read: true },
      seen: { customers: records.length }
    }
  }
  return defineSyncType<Listed>({
    name,
    title: agreements ? 'Plans' : 'People',
    conditions: ['Active'],
    data: ['Name'],
    triggers: ['Any edit'],
    recommends,
    owns,
    madeOf: agreements ? { agreements: ['plan'], cost: ['plan'], vendor: ['plan'] } : {},
    idOrder: 'numeric',
    position: Type.Object({ read: Type.Boolean() }),
    memo: Type.Object({}),
    rules: [
      {
        name: 'active',
        title: 'Is active',
        about: 'client',
        test: one => one.active !== false || 'It is switched off'
      },
      {
        name: 'kind',
        title: 'Is of a kind of the settings',
        about: 'client',
        bySettings: true,
        test: one => one.fits || 'It is a big one'
      },
      ...(agreements ? [{ name: 'plan', title: 'Has a plan', about: 'sync-type' as const, test: hasPlan }] : [])
    ],
    id: customer => String(customer.id),
    stamps: stampsOf,
    version: () => null,
    unread: ({ hidden }) => (agreements && hidden ? [{ key: 'plan', reason: 'Its plan is hidden' }] : []),
    map(customer) {
      if (!customer.name) throw new RecordRejected('It has no name')
      return {
        client: {
          name: customer.name,
          ...(!agreements && customer.email && { emails: [{ value: customer.email, label: null, primary: true }] })
        },
        ...(agreements && { agreements: customer.plan === undefined ? [] : [planOf(customer)] })
      }
    },
    async begin(context) {
      return { position: { read: false }, counts: { customers: (await list(context)).length } }
    },
    async *pass(context, position) {
      if (!position.read) yield await pass(context)
    },
    count: async context => ({ customers: (await list(context)).length }),
    async *poll(context): AsyncGenerator<PollPage<Listed>> {
      const all = await list(context)
      const known = await context.known(all.map(({ id }) => String(id)))
      const isNews = (one: Listed) => known.get(String(one.id))?.stamps.customer !== stampsOf(one).customer
      yield { records: all.filter(isNews), memo: {} }
    },
    async *lookup(context, ids) {
      const records = (await list(context)).filter(customer => ids.includes(String(customer.id)))
      yield { records, gone: ids.filter(id => !records.some(customer => String(customer.id) === id)) }
    },
    search: async (context, text) => (await list(context)).filter(({ name }) => name.startsWith(text)).slice(0, 10),
    facts: ({ name, active = true, plan = null }) => ({ name, active, plan }),
    async preview(context) {
      const choices = { kinds: Object.values((await ask(context, '/kinds')) as Record<string, string>) }
      const all = await list(context).catch(failure => {
        if (context.signal.aborted) return null
        throw failure
      })
      if (!all) {
        const counts = { matched: 0, leftOut: [] }
        return { counts, samples: { matched: [], leftOut: [] }, choices, expectedRequests: 1, partial: true }
      }
      const matched = all.filter(customer => customer.active !== false)
      const leftOut = all.filter(customer => customer.active === false)
      return {
        counts: { matched: matched.length, leftOut: [{ rule: 'active', count: leftOut.length }] },
        samples: {
          matched: matched.map(({ name }) => name),
          leftOut: leftOut.map(({ name }) => ({ name, rule: 'active' }))
        },
        choices,
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
  endDate: null,
  parentId: null,
  billedOnce: false
})

export const tallybook: Connector = defineConnector({
  contract: 1,
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
  describe: ({ origin, note }) => ({ origin, ...(note && { note }) }),
  checks: [{ name: 'token', title: 'The token is accepted' }],
  resolve,
  async validate(context) {
    try {
      const account = { ...(await ask(context, '/account')), origin: context.credentials.origin }
      const checks = [{ name: 'token', status: 'passed' as const, message: 'Accepted' }]
      for (const check of checks) context.report?.(check)
      const { problems: names } = await resolve(context)
      const problems = names.map(problem => ({ ...problem, pointer: `/settings${problem.pointer}` }))
      const details = { tariff: 'gold' }
      return { valid: problems.length === 0, account, checks, problems, details, state: { greeted: 'yes' } }
    } catch (error) {
      if (!(error instanceof CredentialsRejected)) throw error
      const { message } = error
      const checks = [{ name: 'token', status: 'failed' as const, message, fix: 'Make a new token in Tallybook.' }]
      return { valid: false, checks, problems: [{ pointer: '/token', message }] }
    }
  }
})
