import { Big } from 'big.js'
import t from 'tap'
import {
  CredentialsRejected,
  PermissionMissing,
  SourcePostponed,
  SourceUnavailable,
  SourceUnreadable
} from '../../../../plugins/connector/contract.ts'
import {
  agreementsCard,
  agreementsOn,
  childRule,
  chunksOf,
  clientNameOf,
  customersCard,
  dayAfter,
  failed,
  firstAfter,
  firstAlone,
  firstChange,
  firstThenById,
  idsOf,
  inParallel,
  labelIn,
  largestFirst,
  latest,
  offspringOf,
  openFindings,
  openShelf,
  passed,
  patiently,
  quoted,
  readByIds,
  readCount,
  resolveNames,
  statusRule,
  typeRule,
  unanswered,
  utc,
  vendorsOf
} from '../../../../plugins/connector/kit/index.ts'
import { sideBySide } from '../../../../plugins/connector/kit/side-by-side.ts'
import { listOfRows, numbered } from './shelves.ts'

const pause = (ms = 1) => new Promise(resolve => setTimeout(resolve, ms))

t.test('lists of ids fit their question, by number or by what each weighs', async t => {
  const ids = numbered(7).map(({ id }) => String(id))
  t.strictSame(chunksOf(ids, 3), [['1', '2', '3'], ['4', '5', '6'], ['7']])
  t.strictSame(
    chunksOf(['a', 'bbbb', 'cc', 'dd'], 4, ({ length }) => length),
    [['a'], ['bbbb'], ['cc', 'dd']]
  )
  t.strictSame(
    chunksOf(['longer than any'], 4, ({ length }) => length),
    [['longer than any']],
    'one always fits'
  )
  t.strictSame(chunksOf([], 3), [])
  const answers = await readByIds(chunksOf(ids, 3), some =>
    listOfRows(() => numbered(7).filter(({ id }) => some.includes(String(id)) && id !== 5))
  )
  t.strictSame(
    answers.map(answer => [answer.ids.length, answer.records.length]),
    [
      [3, 3],
      [3, 2],
      [1, 1]
    ]
  )
  t.strictSame(unanswered(ids, answers), ['5'])
})

t.test('work side by side keeps its order, its width and stops at a failure', async t => {
  let under = 0
  let most = 0
  const done = await inParallel([5, 1, 4, 1, 3, 1], async ms => {
    most = Math.max(most, ++under)
    await pause(ms)
    under--
    return ms
  })
  t.strictSame([done, most], [[5, 1, 4, 1, 3, 1], 4])
  const begun: number[] = []
  await t.rejects(
    inParallel([0, 1, 2, 3, 4, 5, 6, 7], async item => {
      begun.push(item)
      if (item === 0) throw new Error('stop')
      await pause(5)
    }),
    { message: 'stop' }
  )
  await pause(10)
  t.ok(begun.length <= 4)
  async function* steps(name: string, count: number) {
    for (let step = 1; step <= count; step++) yield `${name}${step}`
  }
  const came = []
  for await (const step of sideBySide([steps('a', 3), steps('b', 1)])) came.push(step)
  t.strictSame(
    [came.toSorted(), came.filter(step => step.startsWith('a'))],
    [
      ['a1', 'a2', 'a3', 'b1'],
      ['a1', 'a2', 'a3']
    ]
  )
})

const kinship = (asked: (readonly string[])[] = []) => ({
  kind: 'contact',
  parentOf: (entry: any) => entry?.parent,
  async isAmong(child: string, parents: readonly string[]) {
    asked.push(parents)
    return parents.includes(String(Number(child) % 100))
  }
})
const parents = numbered(20).map(({ id }) => String(id))
const unusable = (id: string | undefined, payload: object = {}) => ({ id, reason: `no ${id}`, payload })

t.test('children are told by their parents, and those that cannot be used by whose they are', async t => {
  const asked: (readonly string[])[] = []
  const records = [
    { id: '101', parent: '1' },
    { id: '201', parent: '1' },
    { id: '155', parent: '55' }
  ]
  const answer = {
    ids: parents,
    records,
    unusable: [unusable('117'), unusable('199'), unusable('103', { parent: '3' })]
  }
  const found = await offspringOf(kinship(asked), [answer])
  t.strictSame(
    found.of('1').map(({ id }) => id),
    ['101', '201']
  )
  t.strictSame([...found.parents], ['1', '55'], 'those of others too')
  t.strictSame(
    parents.flatMap(id => found.unread(id).map(({ key }) => [id, key])),
    [
      ['3', 'contact:103'],
      ['17', 'contact:117']
    ]
  )
  t.ok(asked.length <= 12, 'by halving; one that is nobody’s among them is nobody’s')
})

t.test('a child without an id, or ten that hide whose they are, may be anybody’s', async t => {
  const one = await offspringOf(kinship(), [{ ids: parents, records: [], unusable: [unusable(undefined)] }])
  t.ok(
    parents.every(
      id =>
        one
          .unread(id)
          .map(({ key }) => key)
          .join() === 'contact'
    )
  )
  const asked: (readonly string[])[] = []
  const many = { ids: parents, records: [], unusable: numbered(10, 101).map(({ id }) => unusable(String(id))) }
  const all = await offspringOf(kinship(asked), [many])
  t.strictSame([asked.length, all.unread('20').map(({ key }) => key)], [0, ['contact']])
})

t.test('names mean the id they meant before, else the id of this name, else they are asked for', async t => {
  const labels = [
    { id: '1', name: 'Client' },
    { id: '2', name: ' vendor' },
    { id: '9', name: 'VENDOR' }
  ]
  const field = (names: string[]) => [{ field: 'types', one: 'company type', names, labels }]
  t.strictSame(resolveNames('Desk', field(['Customer', 'Vendor']), { 'types:Customer': '1' }), {
    resolved: { 'types:Customer': '1', 'types:Vendor': '2' },
    problems: []
  })
  const { resolved, problems } = resolveNames('Desk', field(['Custmer', 'client']), { 'types:Custmer': '77' })
  t.strictSame(resolved, { 'types:client': '1' })
  t.match(problems, [
    { pointer: '/types/0', message: 'Desk has no company type named "Custmer". It has: Client,', choices: ['Client'] }
  ])
  t.strictSame([...idsOf('types', ['client', 'other'], resolved)], ['1'])
  t.strictSame([labelIn(labels, 2), labelIn(labels, '9'), labelIn(labels, null)], [' vendor', 'VENDOR', null])
  t.equal(quoted(['a', 'b']), '"a" or "b"')
})

t.test('the first call goes alone; once keys are refused none is sent any more', async t => {
  const sent: number[] = []
  let isGood = true
  let learnt = 0
  const ask = firstAlone(
    async (ms: number) => {
      sent.push(ms)
      await pause(ms)
      if (!isGood) throw new CredentialsRejected('wrong')
      return ms
    },
    () => learnt++
  )
  const all = Promise.all([20, 1, 2, 3, 4, 5].map(ask))
  await pause(5)
  t.strictSame(sent, [20])
  t.strictSame(await all, [20, 1, 2, 3, 4, 5])
  t.equal(learnt, 1)
  isGood = false
  sent.length = 0
  const answers = await Promise.allSettled([5, 6, 7, 8, 9, 10, 11].map(ask))
  t.ok(answers.every(({ status }) => status === 'rejected') && sent.length === 4, 'those under way alone')
  await t.rejects(ask(1), CredentialsRejected)
  t.equal(sent.length, 4)
})

t.test('another failure of the first call lets the next one try', async t => {
  let calls = 0
  const ask = firstAlone(async () => {
    if (++calls === 1) throw new SourceUnavailable('down')
    return calls
  })
  const [one, two, three] = await Promise.allSettled([ask(0), ask(0), ask(0)])
  t.match([one, two, three], [{ status: 'rejected' }, { value: 2 }, { value: 3 }])
})

t.test('who is patient makes half of the calls that are left, and then it is later', async t => {
  const logged: unknown[] = []
  const log = {
    warn: (usage: unknown) => logged.push(['warn', usage]),
    debug: (usage: unknown) => logged.push(['debug', usage])
  }
  const open = (used: number, send = async (ask: number) => ask) =>
    patiently({ log } as any, async () => ({ used, allowed: 100 }), send)
  const ask = open(90)
  for (let call = 1; call <= 5; call++) t.equal(await ask(call), call)
  const failure: any = await ask(6).catch(error => error)
  t.ok(failure instanceof SourcePostponed)
  t.match(failure, { retryAfterMs: 600_000, message: /^90 of 100 calls are used, by all/ })
  await t.rejects(open(100)(1), SourcePostponed)
  await open(3)(1)
  t.match(logged, [
    ['warn', { used: 90 }],
    ['warn', {}],
    ['debug', { used: 3 }]
  ])
  const throttled = open(0, async () => {
    throw new SourceUnavailable('slow down', { throttled: true, retryAfterMs: 7000 })
  })
  await t.rejects(throttled(1), { code: 'HOST_ERR_SOURCE_POSTPONED', retryAfterMs: 7000 })
  const down = open(0, async () => {
    throw new SourceUnavailable('down')
  })
  await t.rejects(down(1), { code: 'HOST_ERR_SOURCE_UNAVAILABLE' })
})

t.test('records that many refer to are looked up once, and once more if an answer leaves them out', async t => {
  const asked: (readonly string[])[] = []
  let isOdd = true
  const shelf = openShelf(async ids => {
    asked.push(ids)
    const records = isOdd ? [] : ids.filter(id => id !== '8' && id !== '9').map(id => ({ id }))
    isOdd = false
    return [{ ids, records, unusable: ids.includes('9') ? [unusable('9')] : [] }]
  })
  const [first, second] = await Promise.all([shelf.find(['1', '8', '1']), shelf.find(['1', '9'])])
  t.match([first.get('1'), first.get('8'), second.get('9')], [{ record: { id: '1' } }, null, { unread: 'no 9' }])
  t.strictSame(asked, [['1', '8'], ['9'], ['1', '8']])
  await shelf.find(['1', '8', '9'])
  t.equal(asked.length, 3)
})

t.test('checks are told as they end, in the order announced; a failure says what it means for a person', async t => {
  const announced = [
    { name: 'one', title: 'One' },
    { name: 'two', title: 'Two' },
    { name: 'three', title: 'Three' }
  ] as const
  const told: string[] = []
  const open = (signal = new AbortController().signal) =>
    openFindings(
      announced,
      { report: ({ name, status }) => told.push(`${name} ${status}`), signal },
      { vendor: 'Desk', look: 'the address' }
    )
  const findings = open()
  t.equal(
    await findings.ask(
      'two',
      async () => 7,
      count => passed(`${count} things.`, { remark: 'Odd.' })
    ),
    7
  )
  t.equal(
    await findings.ask(
      'one',
      async () => Promise.reject(new PermissionMissing('Grant it.')),
      () => passed('')
    ),
    undefined
  )
  t.match(findings.conclude(), {
    valid: false,
    checks: [
      { name: 'one', status: 'failed', message: 'Grant it.', fix: 'Then try again.' },
      { name: 'two', status: 'passed', message: '7 things.' },
      { name: 'three', status: 'skipped' }
    ],
    problems: [],
    remarks: ['Odd.']
  })
  t.strictSame(told, ['two passed', 'one failed', 'three skipped'])
  const words = async (failure: Error, signal?: AbortSignal) => {
    const one = open(signal)
    await one.ask(
      'one',
      async () => Promise.reject(failure),
      () => passed('')
    )
    return one.conclude().checks[0]
  }
  t.match(await words(new SourceUnreadable('x', 'html')), { message: /web page/, fix: /the address/ })
  t.match(await words(new SourceUnavailable('x', { throttled: true })), { message: /Desk asks to wait/ })
  t.match(await words(new CredentialsRejected('No.')), { message: 'No.', fix: /again/ })
  t.match(await words(new Error('aborted'), AbortSignal.abort()), { message: /did not answer/ })
  await t.rejects(words(new TypeError('a mistake')), TypeError)
  const own = open()
  await own.ask(
    'one',
    async () => Promise.reject(new Error('mine')),
    () => passed(''),
    { means: () => failed('Known.', 'Do this.', ['/field']), pointers: ['/other'] }
  )
  t.match(own.conclude().problems, [{ pointer: '/field', message: 'Known. Do this.' }])
  const pointed = open()
  await pointed.ask(
    'one',
    async () => Promise.reject(new SourceUnavailable('It is down.')),
    () => passed(''),
    { means: () => undefined, pointers: ['/address'] }
  )
  t.match(pointed.conclude().problems, [{ pointer: '/address', message: /^It is down\. Check the address/ }])
  const named = open()
  const problems = [{ pointer: '/types/0', message: 'None.', choices: ['a'] }]
  t.strictSame(await named.askNames('one', async () => ({ resolved: { a: '1' }, problems })), { a: '1' })
  t.match(named.conclude(), { valid: false, problems: [{ pointer: '/settings/types/0', choices: ['a'] }] })
})

t.test('times are UTC in one spelling, and what turns on a day is told by the first one', async t => {
  for (const [typed, expected] of [
    ['2024-03-01T10:00:00Z', '2024-03-01T10:00:00Z'],
    ['2024-03-01T10:00:00', '2024-03-01T10:00:00Z'],
    ['2024-03-01T10:00:00.1234567Z', '2024-03-01T10:00:00.123Z'],
    ['2024-03-01T12:00:00+02:00', '2024-03-01T10:00:00Z'],
    ['2002-08-20T18: 04: 26Z', '2002-08-20T18:04:26Z'],
    ['2024-03-01', '2024-03-01T00:00:00Z'],
    ['12', undefined],
    ['yesterday', undefined],
    [17, undefined],
    [`${'9'.repeat(50)}-01-01`, undefined]
  ] as const)
    t.equal(utc(typed), expected, String(typed))
  t.equal(latest(['2024-03-01T10:00:00Z', undefined, '2024-03-01T10:00:00.5Z']), '2024-03-01T10:00:00.5Z')
  t.equal(latest([undefined]), undefined)
  t.equal(dayAfter('2024-02-28'), '2024-02-29')
  const days = ['2024-05-01', null, '2024-01-01', '2024-03-01', '2024-04-01']
  t.equal(
    firstChange(days, '2024-02-01', day => day >= '2024-04-01'),
    '2024-04-01'
  )
  t.equal(
    firstChange(days, '2024-02-01', () => 1),
    undefined
  )
  t.equal(firstAfter(days, '2024-02-01'), '2024-03-01')
  t.equal(firstAfter(days, '2024-05-01'), undefined)
})

t.test('the name with the largest sum comes first, equal ones by name', async t => {
  const entries = [
    ['b', 1],
    ['a', 1],
    [null, 9],
    ['c', 0.1],
    ['c', 0.2],
    ['d', -3],
    ['b', 0]
  ] as const
  t.strictSame(largestFirst(entries.map(([name, sum]) => [name, new Big(sum)])), ['a', 'b', 'c', 'd'])
  t.strictSame(vendorsOf([['b', new Big(1)]]), { vendorName: 'b', vendors: ['b'] })
  t.strictSame(vendorsOf([[null, new Big(1)]]), { vendorName: 'MSP Managed Services', vendors: [] })
})

t.test('a client has a name; its agreements come by id, with the first day on which one is another', async t => {
  t.equal(clientNameOf('7', ' Acme '), 'Acme')
  for (const typed of [null, undefined, '  ', {}])
    t.throws(() => clientNameOf('7', typed), { name: 'RecordRejected', message: 'Company 7 has no name.' })
  const ends = new Map([
    ['10', '2024-03-01'],
    ['9', '2024-02-01']
  ])
  const on = (ids: readonly string[], asOf: string) =>
    agreementsOn(
      ids,
      asOf,
      (externalId, day) => ({ externalId, day }) as any,
      id => firstAfter([ends.get(id) ?? null], asOf)
    )
  t.strictSame(on(['10', '9'], '2024-01-01'), {
    agreements: [
      { externalId: '9', day: '2024-01-01' },
      { externalId: '10', day: '2024-01-01' }
    ],
    changesOn: '2024-02-01'
  })
  t.strictSame(Object.keys(on(['10', '8'], '2024-03-01')), ['agreements'])
})

t.test('records of some mark come first, each kind by id', async t => {
  const records = ['10', '9', '2', '30'].map(id => ({ id }))
  t.strictSame(
    firstThenById(records, ({ id }) => id === '30').map(({ id }) => id),
    ['30', '2', '9', '10']
  )
  t.strictSame(
    firstThenById(records.slice(0, 1), () => true),
    [{ id: '10' }]
  )
})

t.test('cards and rules say the same of every vendor, in the words of its own records', async t => {
  t.match(agreementsCard('contract'), {
    title: 'Sync Active Customer Contracts',
    conditions: ['Type must be set to Customer', 'Status must be Active', 'Customer must have at least one contract'],
    triggers: ['Creating a new contract record', 'Editing a record that updates any synced detail'],
    owns: ['name', 'agreements']
  })
  t.match(agreementsCard('agreement').title, 'Sync Active Customer Agreements')
  const { data } = customersCard({ emails: 'its contacts' })
  t.match(data.slice(2, 4), [/^Email .* on its contacts\)$/, /^Phone .* on the record\)$/])
  const ofType = typeRule<boolean>(is => is || 'Another')
  t.match([ofType.test(true), ofType.test(false), ofType.bySettings, ofType.about], [true, 'Another', true, 'client'])
  const [chosen, active] = [statusRule<boolean>(is => is || 'Idle', true), statusRule<boolean>(is => is || 'Idle')]
  t.match(chosen, { name: 'status', title: /^Status must be Active, or one of/, about: 'client', bySettings: true })
  t.match(active, { name: 'status', title: /^Status must be Active$/, short: 'inactive', bySettings: false })
  t.match([active.test(true), active.test(false)], [true, 'Idle'])
  const hasContract = childRule<number>('contract', count => count > 0 || 'None', ', today')
  t.match([hasContract.test(1), hasContract.test(0)], [true, 'None'])
  t.match(hasContract, {
    name: 'has-contract',
    title: /one contract, today$/,
    about: 'sync-type',
    short: 'no contract'
  })
})

t.test('a count is a whole number, or its digits: nothing else is a nought', t => {
  t.strictSame(
    [0, 12, '12', ' 7 '].map(value => readCount(value, 'Desk: contacts')),
    [0, 12, 12, 7]
  )
  for (const value of ['', ' ', [], [3], true, false, null, undefined, '1e3', -1, 1.5, Number.NaN])
    t.throws(() => readCount(value, 'Desk: contacts'), SourceUnreadable, JSON.stringify(value))
  t.end()
})
