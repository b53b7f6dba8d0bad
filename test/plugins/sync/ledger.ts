/**
 * A connector whose vendor is a few maps in this process: what the engine does with pages, odd answers, failures and
 * crashes can be scripted to the point. Companies have contacts and agreements, agreements have additions; the vendor's
 * times are whole milliseconds of a clock that the test turns.
 */
import { Type } from 'typebox'
import {
  type Agreement,
  type CallContext,
  type Checkpoint,
  type Connector,
  defineConnector,
  defineSyncType,
  type ListCounts,
  type Page,
  type PassPage,
  type PollContext,
  type PollPage,
  RecordRejected,
  type Rule,
  type Stamps,
  type SyncType,
  type Unread
} from '../../../plugins/connector/contract.ts'

export interface Company {
  readonly id: number
  name: string | null
  status: string
  deleted: boolean
  type: string
  at: string
}
export interface Child {
  readonly id: number
  company: number
  /** Of a contact. */
  email: string | null
  /** Of an agreement: its own amount, and what each addition adds. */
  amount: number
  additions: Record<string, number>
  vendor: string | null
  at: string
}

/** What a list is asked for: by a pass (of a range), by a poll (of changes), or by ids. */
export interface Question {
  readonly list: 'companies' | 'contacts' | 'agreements'
  readonly by: 'pass' | 'poll' | 'ids'
  readonly syncType: string
}

interface RecordOf {
  readonly company: Company
  readonly children: readonly Child[]
  readonly unread: readonly Unread[]
  readonly wantedTypes: readonly string[]
}

export interface Ledger {
  readonly connector: Connector
  readonly companies: Map<number, Company>
  readonly contacts: Map<number, Child>
  readonly agreements: Map<number, Child>
  /** The vendor's clock, and in these tests the host's. */
  clock: number
  put(id: number, change?: Partial<Omit<Company, 'id'>>): void
  contact(id: number, company: number, change?: Partial<Child>): void
  agreement(id: number, company: number, change?: Partial<Child>): void
  remove(id: number): void
  /** Changes what a list answers; may throw. */
  bend: (rows: (Company | Child)[], question: Question) => (Company | Child)[]
  /** Changes what is counted. */
  bendCounts: (counts: ListCounts, when: 'before' | 'after') => ListCounts
  /** Called before each page of a pass or poll is handed out; may throw, wait or change the ledger. */
  beforePage: (page: number, context: CallContext, by: 'pass' | 'poll') => Promise<void> | void
  /** What a type's name means: its id, by name. */
  types: Record<string, string>
  /** Keys of children that cannot be read. */
  readonly unreadable: Set<string>
  readonly asked: Question[]
  readonly reads: { by: string; from: unknown }[]
  readonly polls: { syncType: string; since: string; memo: Checkpoint | undefined }[]
  pageSize: number
}

const start = Date.parse('2026-03-01T00:00:00Z')

export function createLedger(): Ledger {
  const companies = new Map<number, Company>()
  const contacts = new Map<number, Child>()
  const agreements = new Map<number, Child>()
  const at = () => new Date(ledger.clock).toISOString()
  const child = (of: Map<number, Child>, id: number, company: number, change: Partial<Child>) => {
    const plain = { email: null, amount: 0, additions: {}, vendor: null }
    of.set(id, { ...plain, ...of.get(id), id, company, ...change, at: at() })
  }
  const ledger: Ledger = {
    connector: undefined as unknown as Connector,
    companies,
    contacts,
    agreements,
    clock: start,
    put(id, change = {}) {
      const plain = { id, name: `Client ${id}`, status: 'Active', deleted: false, type: '1' }
      companies.set(id, { ...plain, ...companies.get(id), ...change, at: at() })
    },
    contact: (id, company, change = {}) => child(contacts, id, company, { email: `c${id}@example.com`, ...change }),
    agreement: (id, company, change = {}) => child(agreements, id, company, { amount: 100, ...change }),
    remove: id => void companies.delete(id),
    bend: rows => rows,
    bendCounts: counts => counts,
    beforePage: () => {},
    types: { Customer: '1' },
    unreadable: new Set(),
    asked: [],
    reads: [],
    polls: [],
    pageSize: 10
  }
  return Object.assign(ledger, { connector: connectorOf(ledger) })
}

function connectorOf(ledger: Ledger): Connector {
  const names = composed(ledger, 'names', 'contacts')
  const contracts = composed(ledger, 'contracts', 'agreements')
  return defineConnector({
    contract: 1,
    name: 'ledger',
    title: 'Ledger',
    description: 'An invented vendor',
    vendorHosts: ['ledger.example'],
    rate: { requests: 100, perMs: 1000, concurrency: 2 },
    credentials: Type.Object({ token: Type.String({ writeOnly: true }) }),
    endpointFields: [],
    settings: Type.Object({ types: Type.Array(Type.String(), { default: ['Customer'] }) }),
    vendorPermissions: [],
    syncTypes: [names, contracts],
    describe: () => ({}),
    validate: async () => ({ valid: true, checks: [], problems: [] }),
    async resolve({ settings }) {
      const wanted = (settings.types ?? ['Customer']) as string[]
      return {
        resolved: Object.fromEntries(
          wanted.filter(name => ledger.types[name]).map(name => [name, ledger.types[name]!])
        ),
        problems: wanted
          .filter(name => !ledger.types[name])
          .map((name, index) => ({
            pointer: `/types/${index}`,
            message: `There is no type "${name}"`,
            choices: Object.keys(ledger.types)
          }))
      }
    }
  })
}

function composed(ledger: Ledger, name: string, list: 'contacts' | 'agreements'): SyncType<RecordOf> {
  const kind = list === 'contacts' ? 'contact' : 'agreement'
  const ask = (question: Question, rows: (Company | Child)[]) => {
    ledger.asked.push(question)
    return structuredClone(ledger.bend(rows, question))
  }
  const companiesOf = (by: Question['by'], take: (company: Company) => boolean) =>
    ask(
      { list: 'companies', by, syncType: name },
      [...ledger.companies.values()].filter(take).sort((a, b) => a.id - b.id)
    ) as Company[]
  const childrenOf = (by: Question['by'], take: (child: Child) => boolean) =>
    ask(
      { list, by, syncType: name },
      [...ledger[list].values()].filter(take).sort((a, b) => a.id - b.id)
    ) as Child[]
  const typesOf = ({ resolved }: CallContext) => Object.values(resolved)
  const isWanted = (context: CallContext) => (company: Company) =>
    company.status === 'Active' && !company.deleted && typesOf(context).includes(company.type)

  function compose(context: CallContext, by: Question['by'], found: readonly Company[]): RecordOf[] {
    const ids = new Set(found.map(({ id }) => id))
    const children = childrenOf(by, ({ company }) => ids.has(company))
    return found.map(company => {
      const own = ledger.unreadable.has(kind) ? [] : children.filter(child => child.company === company.id)
      const keys = own.flatMap(child => [`${kind}:${child.id}`, `addition:${child.id}`])
      const unread = [...ledger.unreadable].filter(key => keys.includes(key) || key === kind)
      return {
        company,
        children: own,
        unread: unread.map(key => ({ key, reason: 'The vendor answers 500' })),
        wantedTypes: typesOf(context)
      }
    })
  }

  const matching = (context: CallContext) => [...ledger.companies.values()].filter(isWanted(context))
  const countsOf = (context: CallContext): ListCounts => {
    const ids = new Set(matching(context).map(({ id }) => id))
    return { companies: ids.size, [list]: [...ledger[list].values()].filter(({ company }) => ids.has(company)).length }
  }

  async function* pass(context: CallContext, position: Checkpoint): AsyncGenerator<PassPage<RecordOf>> {
    ledger.reads.push({ by: 'pass', from: position.after })
    let after = Number(position.after)
    for (let serial = 0; ; serial++) {
      await ledger.beforePage(serial, context, 'pass')
      context.signal.throwIfAborted()
      const all = companiesOf('pass', company => isWanted(context)(company) && company.id > after)
      const found = all.slice(0, ledger.pageSize)
      const isLast = found.length < ledger.pageSize
      const through = isLast ? null : String(found.at(-1)!.id)
      const records = compose(context, 'pass', found)
      const covers = { after: after === 0 ? null : String(after), through }
      after = found.at(-1)?.id ?? after
      const seen = { companies: found.length, [list]: records.reduce((sum, { children }) => sum + children.length, 0) }
      yield { records, covers, position: { after }, seen }
      if (isLast) return
    }
  }

  async function* poll(context: PollContext): AsyncGenerator<PollPage<RecordOf>> {
    const since = context.since.toISOString()
    ledger.reads.push({ by: 'poll', from: since })
    ledger.polls.push({ syncType: name, since, memo: context.memo })
    await ledger.beforePage(0, context, 'poll')
    const changed = companiesOf('poll', ({ at }) => at >= since)
    const children = childrenOf('poll', ({ at }) => at >= since)
    const ids = [...new Set([...changed.map(({ id }) => id), ...children.map(({ company }) => company)])]
    const keys = children.map(({ id }) => `${kind}:${id}`)
    const known = await context.known([...ids.map(String), ...keys])
    const isNew = (id: number, key: string, at: string) =>
      known.get(String(id))?.stamps[key] !== at && known.get(key)?.stamps[key] !== at
    const touched = new Set<number>()
    for (const { id, at } of changed) if (isNew(id, 'company', at)) touched.add(id)
    for (const { id, company, at } of children) if (isNew(company, `${kind}:${id}`, at)) touched.add(company)
    const found = companiesOf('ids', ({ id }) => touched.has(id))
    const records = compose(context, 'ids', found)
    const gone = [...touched].filter(id => !found.some(company => company.id === id)).map(String)
    const looked = children
      .filter(({ company }) => touched.has(company))
      .map(({ id, at }) => ({ key: `${kind}:${id}`, stamps: { [`${kind}:${id}`]: at } }))
    yield { records, gone, looked, memo: { round: Number(context.memo?.round ?? 0) + 1 }, oldestLookSeconds: 60 }
  }

  async function* lookup(context: CallContext, ids: readonly string[]): AsyncGenerator<Page<RecordOf>> {
    const found = companiesOf('ids', ({ id }) => ids.includes(String(id)))
    const gone = ids.filter(id => !ledger.companies.has(Number(id)))
    yield { records: compose(context, 'ids', found), gone }
  }

  return defineSyncType<RecordOf>({
    name,
    title: name,
    conditions: ['Active'],
    data: ['name'],
    triggers: ['any edit'],
    recommends: [],
    owns: list === 'contacts' ? ['name', 'emails'] : ['name', 'agreements'],
    madeOf:
      list === 'contacts'
        ? { emails: ['contact'] }
        : { agreements: ['agreement'], cost: ['addition'], vendor: ['addition'] },
    idOrder: 'numeric',
    position: Type.Object({ after: Type.Number() }),
    memo: Type.Object({ round: Type.Number() }),
    rules: list === 'contacts' ? rules : [...rules, hasAgreement],
    id: ({ company }) => String(company.id),
    stamps: record => stampsOf(kind, record),
    version: ({ company }) => company.at,
    unread: ({ unread }) => unread,
    map: record => contributionOf(list, record),
    begin: async context => ({
      position: { after: 0 },
      counts: ledger.bendCounts(countsOf(context), 'before')
    }),
    pass,
    count: async context => ledger.bendCounts(countsOf(context), 'after'),
    poll,
    lookup,
    search: async () => [],
    facts: ({ company }) => ({ name: company.name ?? '' }),
    preview: async () => {
      throw new Error('not asked in these tests')
    }
  })
}

const rules: Rule<RecordOf>[] = [
  {
    name: 'not-deleted',
    title: 'Must not be deleted',
    about: 'existence',
    test: ({ company }) => !company.deleted || 'It is deleted'
  },
  {
    name: 'type',
    title: 'Must be a customer',
    about: 'client',
    bySettings: true,
    test: ({ company, wantedTypes }) => wantedTypes.includes(company.type) || `It has the type ${company.type}`
  },
  {
    name: 'active',
    title: 'Must be active',
    about: 'client',
    test: ({ company }) => company.status === 'Active' || `It is ${company.status}`
  }
]
const hasAgreement: Rule<RecordOf> = {
  name: 'has-agreement',
  title: 'Must have an agreement',
  about: 'sync-type',
  test: ({ children }) => children.length > 0 || 'It has no agreement'
}

function stampsOf(kind: string, { company, children }: RecordOf): Stamps {
  const stamps: Record<string, string> = { company: company.at }
  for (const { id, at, additions } of children) {
    stamps[`${kind}:${id}`] = at
    for (const addition of Object.keys(additions)) stamps[`addition:${id}/${addition}`] = ''
  }
  return stamps
}

function contributionOf(list: 'contacts' | 'agreements', { company, children }: RecordOf) {
  if (company.name === null) throw new RecordRejected('It has no name')
  const client = { name: company.name }
  if (list === 'agreements') return { client, agreements: children.map(agreementOf) }
  const values = children.flatMap(({ email }) => (email === null ? [] : [email]))
  const emails = values.map((value, index) => ({ value, label: null, primary: index === 0 }))
  return { client: { ...client, emails } }
}

function agreementOf({ id, amount, additions, vendor }: Child): Agreement {
  const cost = Object.values(additions).reduce((sum, one) => sum + one, amount)
  return {
    externalId: String(id),
    vendorName: vendor ?? 'Own',
    vendors: vendor === null ? [] : [vendor],
    contractName: `Agreement ${id}`,
    overallCost: `${cost}.00`,
    currency: 'USD',
    billingCycle: 'Monthly',
    status: 'active',
    startDate: null,
    endDate: null,
    parentId: null,
    billedOnce: false
  }
}
