/** A composed sync of an invented vendor: offices with their desks. */
import t from 'tap'
import { Value } from 'typebox/value'
import type { CallContext, PassPage, PollPage, Stamps } from '../../../../plugins/connector/contract.ts'
import {
  type Composition,
  chunksOf,
  composedSync,
  type KeysetList,
  lookInRotation,
  type PageAsk,
  type Place,
  type PreviewPlan,
  readByIds,
  stampsWith,
  type VendorRecord
} from '../../../../plugins/connector/kit/index.ts'
import { type Faults, listOfRows, type Row } from './shelves.ts'

interface Office {
  readonly office: VendorRecord
  readonly desks: readonly VendorRecord[]
  readonly unread: readonly { key: string; reason: string }[]
}

interface World {
  offices: Row[]
  desks: Row[]
  /** Stamps that the vendor lists now, by agreement. */
  parts: Record<string, Stamps>
  faults: { offices?: Faults; desks?: Faults }
  readonly asked: PageAsk[]
  readonly counted: string[]
  /** Ids of which it was asked whether they exist. */
  readonly existing: string[]
  readonly purposes: string[]
}

const stampOf = (record: unknown) => (record as Row | null)?.at as string | undefined

function composition(
  world: World,
  { bringsParent = true, spanUpTo = 5, rotates = false, tellsPlaces = false } = {}
): Composition<World, Office> {
  const list = (rows: () => readonly Row[], faults: Faults = {}): KeysetList =>
    listOfRows(rows, world.asked, faults, { what: 'Desk' })
  const offices = (test: (row: Row) => boolean) => list(() => world.offices.filter(test), world.faults.offices)
  const desks = (test: (row: Row) => boolean) => list(() => world.desks.filter(test), world.faults.desks)
  const since = (at: Date, without: readonly string[]) => (row: Row) =>
    String(row.at) >= at.toISOString() && !without.includes(String(row.id))
  return {
    vendor: 'Desk',
    parents: {
      one: 'office',
      list: 'offices',
      candidates: (_, through) => offices(row => row.open === true && (through === null || Number(row.id) <= through)),
      async countCandidates() {
        world.counted.push('offices')
        return world.offices.filter(({ open }) => open === true).length
      },
      byIds(_, ids, idsOnly) {
        if (idsOnly) world.existing.push(...ids)
        return readByIds(chunksOf(ids, 10), some => offices(({ id }) => some.includes(String(id))))
      },
      changedSince: (_, at, without) => offices(since(at, without)),
      async named(_, name) {
        return world.offices.filter(row => String(row.name).toLowerCase().includes(name.toLowerCase())) as any
      },
      isCandidate: (_, office) => office.open === true,
      stamps: office => (stampOf(office) === undefined ? {} : { office: stampOf(office)! }),
      nameOf: ({ name }) => String(name ?? ''),
      ...(tellsPlaces && {
        async idAt(_: World, place: number) {
          return Number(world.offices.filter(({ open }) => open === true)[place - 1]?.id)
        }
      })
    },
    children: {
      one: 'desk',
      list: 'desks',
      spanUpTo,
      async count() {
        world.counted.push('desks')
        return world.desks.length
      },
      ofSpan: (_, { after, through }) =>
        desks(row => Number(row.office) > after && (through === null || Number(row.office) <= through)),
      ofParents: (_, ids) => readByIds(chunksOf(ids, 10), some => desks(({ office }) => some.includes(String(office)))),
      changedSince: (_, at, without) => desks(since(at, without)),
      parentOf: child =>
        child === null || (child as Row).office === undefined ? undefined : String((child as Row).office),
      stamp: stampOf,
      isAmong: async (_, child, parents) =>
        world.desks.some(({ id, office }) => String(id) === child && parents.includes(String(office))),
      isRelevant: ({ used }) => used !== false,
      bringsParent
    },
    async open(_context, purpose) {
      world.purposes.push(purpose)
      return world
    },
    async make(_, parents, children) {
      return parents.map(office => ({
        office,
        desks: children?.of(office.id) ?? [],
        unread: children?.unread(office.id) ?? []
      }))
    },
    id: ({ office }) => office.id,
    stamps: ({ office, desks }) =>
      stampsWith(
        stampOf(office) === undefined ? {} : { office: stampOf(office)! },
        { one: 'desk', stamp: stampOf },
        desks
      ),
    unread: ({ unread }) => unread,
    version: ({ office }) => stampOf(office) ?? null,
    ...(rotates && {
      lookInRotation: (_: World, context: any, touched: any) =>
        lookInRotation(context, touched, {
          size: 2,
          kind: 'part',
          listed: async (turn: readonly Place[]) =>
            new Map(
              turn.flatMap(({ agreement }) => (world.parts[agreement] ? [[agreement, world.parts[agreement]!]] : []))
            )
        })
    })
  }
}

const old = '2024-01-01T00:00:00Z'
const world = (offices: Row[], desks: Row[] = []): World => ({
  offices,
  desks,
  parts: {},
  faults: {},
  asked: [],
  counted: [],
  existing: [],
  purposes: []
})
/** Offices of which every fifth is closed, with a desk each. */
const town = (count: number) => {
  const ids = Array.from({ length: count }, (_, index) => index + 1)
  return world(
    ids.map(id => ({ id, name: `Office ${id}`, open: id % 5 !== 0, at: old })),
    ids.map(id => ({ id: 1000 + id, office: id, at: old }))
  )
}
const isOpen = {
  name: 'open',
  title: 'Open',
  about: 'client',
  test: ({ office }: Office) => office.open === true || 'Closed'
} as const
const plan: PreviewPlan<World, Office> = {
  passing: [{ rule: isOpen, count: async ({ offices }) => offices.filter(({ open }) => open).length }],
  countAll: async ({ offices }) => offices.length,
  sample: ({ offices }) => listOfRows(() => offices),
  choices: async () => ({ types: [{ id: '1', name: 'A' }] }),
  expectedRequests: (matched, children) => matched + children
}

/** The sync type under test. */
const syncOf = (of: Composition<World, Office>, by = plan) => composedSync(of, by)

const context = { now: () => new Date('2024-06-01T12:00:00Z'), signal: new AbortController().signal } as CallContext

async function passOver(of: Composition<World, Office>, from?: any) {
  const sync = syncOf(of)
  const start = from ?? (await sync.begin(context))
  const pages = []
  for await (const page of sync.pass(context, start.position)) pages.push(page)
  return { start, pages, counts: await sync.count(context, pages.at(-1)!.position) }
}
const total = (pages: readonly PassPage<Office>[], list: string) =>
  pages.reduce((sum, { seen }) => sum + (seen[list] ?? 0), 0)

t.test('a pass brings every candidate with its children, counts both lists and can go on after any page', async t => {
  const here = town(33)
  const of = composition(here)
  const { start, pages, counts } = await passOver(of)
  t.strictSame([start.counts, counts, start.expected], [{ offices: 27, desks: 33 }, { offices: 27, desks: 33 }, 27])
  t.strictSame([total(pages, 'offices'), total(pages, 'desks')], [27, 33])
  const records = pages.flatMap(page => page.records)
  t.ok(records.every(({ office, desks }) => desks.length === 1 && String(desks[0]!.office) === office.id))
  t.strictSame(
    pages.map(({ covers }) => covers),
    [
      { after: null, through: '12' },
      { after: '12', through: '24' },
      { after: '24', through: null }
    ]
  )
  const { position } = syncOf(of)
  for (const [at, page] of pages.entries()) {
    t.ok(Value.Check(position, page.position))
    const rest = at === pages.length - 1 ? [] : (await passOver(of, { position: page.position })).pages
    const ids = [...pages.slice(0, at + 1), ...rest].flatMap(one => one.records.map(({ office }) => office.id))
    t.strictSame(
      ids,
      records.map(({ office }) => office.id)
    )
  }
  t.ok(here.purposes.every(purpose => purpose === 'run'))
})

t.test('ranges of equal length are read side by side where the vendor can tell the id at a place', async t => {
  const here = town(33)
  const { start, pages } = await passOver(composition(here, { tellsPlaces: true }))
  t.equal(start.position.ranges, '0-11,11-22,22-')
  t.strictSame([total(pages, 'offices'), total(pages, 'desks')], [27, 33])
  const idsOf = (of: readonly PassPage<Office>[]) => of.flatMap(page => page.records.map(({ office }) => office.id))
  t.equal(new Set(idsOf(pages)).size, 27)
  for (const [at, { position }] of pages.slice(0, -1).entries()) {
    const rest = await passOver(composition(here, { tellsPlaces: true }), { position })
    t.equal(idsOf(pages.slice(0, at + 1)).length + idsOf(rest.pages).length, 27, `resumed at ${position.ranges}`)
  }
})

t.test('where parents are few among many children, these come by lists of ids and are not counted', async t => {
  const here = town(33)
  for (let id = 1; id <= 200; id++) here.desks.push({ id: 5000 + id, office: 5, at: old })
  const { start, pages } = await passOver(composition(here, { spanUpTo: 2 }))
  t.strictSame([start.counts, start.position.bySpan], [{ offices: 27 }, false])
  t.strictSame(Object.keys(pages[0]!.seen), ['offices'])
  t.ok(pages.flatMap(page => page.records).every(({ desks }) => desks.length === 1))
})

t.test(
  'a consumer that stops stops what runs ahead; children of other parents than asked for end the read',
  async t => {
    const here = town(33)
    const of = composition(here)
    const sync = syncOf(of)
    const { position } = await sync.begin(context)
    for await (const _page of sync.pass(context, position)) break
    here.faults.desks = { instead: rows => (rows as Row[]).map(row => ({ ...row, office: 99 })) }
    await t.rejects(passOver(of), { message: /not asked for/ })
  }
)

t.test('children of a parent that the vendor does not have are told, if they bring parents', async t => {
  for (const [bringsParent, told] of [
    [true, 1],
    [false, 0]
  ] as const) {
    const here = town(12)
    here.desks.push({ id: 7777, office: 11_000, at: old })
    const { pages } = await passOver(composition(here, { bringsParent }))
    const rejects = pages.flatMap(page => page.rejects ?? [])
    t.equal(rejects.length, told)
    t.strictSame(here.existing, told ? ['5', '10', '11000'] : [], 'parents of children that came besides')
    if (told)
      t.match(rejects, [{ reason: /desk 7777 belongs to office 11000/, child: true, stamps: { 'desk:7777': old } }])
  }
})

/** What a host keeps. */
function memory(here: World, of: Composition<World, Office>) {
  const kept = new Map<string, { stamps: Stamps; takes: boolean }>()
  let memo: any
  const take = (page: PollPage<Office> | PassPage<Office>) => {
    for (const record of page.records) {
      const takes = record.office.open === true && record.desks.length > 0
      kept.set(of.id(record), { stamps: of.stamps(record), takes })
    }
    for (const { key, stamps } of (page as PollPage<Office>).looked ?? []) kept.set(key, { stamps, takes: false })
    for (const { stamps = {} } of page.rejects ?? [])
      for (const key of Object.keys(stamps)) kept.set(key, { stamps, takes: false })
    for (const id of page.gone ?? []) kept.delete(id)
    memo = (page as PollPage<Office>).memo ?? memo
  }
  return {
    kept,
    take,
    async tick(at = '2024-06-01T00:00:00Z', now = context.now()) {
      const pages: PollPage<Office>[] = []
      const poll = {
        ...context,
        now: () => now,
        since: new Date(at),
        memo,
        known: async (keys: readonly string[]) =>
          new Map(keys.flatMap(key => (kept.has(key) ? [[key, kept.get(key)!]] : []))),
        roster: async (after: string | null, limit: number) =>
          [...kept]
            .filter(([id, { takes }]) => takes && (after === null || Number(id) > Number(after)))
            .toSorted(([a], [b]) => Number(a) - Number(b))
            .slice(0, limit)
            .map(([id, { stamps }]) => ({
              id,
              agreements: Object.keys(here.parts).filter(one => one.startsWith(id)),
              stamps
            }))
      }
      for await (const page of syncOf(of).poll(poll as any)) {
        pages.push(page)
        take(page)
      }
      return {
        pages,
        ids: pages.flatMap(page => page.records.map(({ office }) => office.id)),
        rejects: pages.flatMap(page => page.rejects ?? []),
        memo
      }
    }
  }
}

async function known(here: World, of: Composition<World, Office>) {
  const host = memory(here, of)
  for (const page of (await passOver(of)).pages) host.take(page)
  here.asked.length = 0
  return host
}

t.test('a poll reads parents that changed, or whose children did, once for each version', async t => {
  const here = town(12)
  const of = composition(here)
  const host = await known(here, of)
  t.strictSame((await host.tick()).ids, [])
  t.equal(here.asked.length, 2, 'a quiet one asks each list once')
  const later = '2024-06-01T10:00:00Z'
  here.offices[0]!.at = later
  here.desks[1]!.at = later
  here.desks.push({ id: 9000, office: 3, at: later })
  t.strictSame((await host.tick()).ids.toSorted(), ['1', '2', '3'])
  t.strictSame((await host.tick()).ids, [])
  here.offices[0]!.open = false
  here.offices[0]!.at = '2024-06-01T11:00:00Z'
  const [left] = (await host.tick()).pages[0]!.records
  t.strictSame([left!.office.id, left!.desks.length], ['1', 0], 'its children do not matter any more')
  here.desks.push({ id: 9001, office: 2, at: '2024-06-01T11:30:00Z', used: false })
  t.strictSame((await host.tick()).ids, [], 'one that changes nothing for a client')
})

t.test('a parent that is gone is told, and one that was never there is a note', async t => {
  const here = town(12)
  const of = composition(here)
  const host = await known(here, of)
  here.desks[1]!.at = '2024-06-01T10:00:00Z'
  here.desks.push({ id: 9000, office: 4711, at: '2024-06-01T10:00:00Z' })
  here.offices.splice(1, 1)
  const { pages, rejects } = await host.tick()
  t.strictSame(
    pages.flatMap(page => page.gone ?? []),
    ['2']
  )
  t.match(rejects, [{ reason: /desk belongs to office 4711, which Desk does not have/, child: true }])
  t.equal((await host.tick()).rejects.length, 0)
})

t.test('what cannot be sent at all is left out for the rest of the hour', async t => {
  const here = town(12)
  const of = composition(here)
  const host = await known(here, of)
  here.offices[2]!.at = '2024-06-01T10:00:00Z'
  here.faults.offices = { bad: [3] }
  t.match((await host.tick()).rejects, [{ externalId: '3', reason: /cannot be sent/ }])
  here.asked.length = 0
  t.strictSame((await host.tick()).rejects, [])
  t.equal(here.asked.length, 2)
  t.match((await host.tick(undefined, new Date('2024-06-01T13:00:00Z'))).rejects, [{ externalId: '3' }])
})

t.test('what no list shows is compared in rotation; what is not listed is left alone', async t => {
  const here = town(12)
  const of = composition(here, { rotates: true })
  const sync = syncOf(of)
  const host = await known(here, of)
  here.parts = { '1': { 'part:1/a': 'x' }, '2': {}, '3': {}, '4': {} }
  const first = await host.tick()
  t.ok(Value.Check(sync.memo, first.memo))
  t.strictSame([first.ids, first.memo.client, first.memo.agreement], [['1'], '2', '2'])
  t.strictSame((await host.tick()).ids, [], 'the next ones')
  delete here.parts['1']
  here.parts['4'] = { 'part:4/b': 'y' }
  const rounds = []
  for (let round = 0; round < 8; round++) rounds.push(...(await host.tick()).ids)
  t.strictSame(rounds, ['4'], 'and each state is looked at once')
  const quiet = await host.tick(undefined, new Date('2024-06-01T12:10:00Z'))
  t.ok(quiet.pages.at(-1)!.oldestLookSeconds! >= 0)
})

t.test(
  'a look-up brings parents in any state, asks twice before it says gone, and takes a few as a person’s',
  async t => {
    const here = town(12)
    const of = composition(here)
    const look = async (ids: readonly string[]) => {
      const pages = []
      for await (const page of syncOf(of).lookup(context, ids)) pages.push(page)
      return {
        ids: pages.flatMap(page => page.records.map(({ office }) => office.id)),
        gone: pages.flatMap(page => page.gone ?? []),
        rejects: pages.flatMap(page => page.rejects ?? [])
      }
    }
    t.match(await look(['5', '3', '4711', 'x']), { ids: ['3', '5'], gone: ['4711', 'x'] })
    here.asked.length = 0
    here.faults.offices = { instead: (rows, page) => (page === 0 ? [] : rows) }
    t.strictSame((await look(['5'])).gone, [], 'one odd answer takes nobody away')
    here.faults.offices = { instead: rows => [...(rows as Row[]).slice(1), { name: 'without an id' }] }
    t.strictSame((await look(['3', '4'])).gone, [], 'nor does a record that came without its id')
    here.faults.offices = {}
    here.purposes.length = 0
    await look(['1'])
    await look(Array.from({ length: 11 }, (_, id) => String(id)))
    t.strictSame(here.purposes, ['person', 'look'])
  }
)

t.test('a search gives the exact name first, then names that begin so, ten at most', async t => {
  const here = town(30)
  here.offices.push({ id: 99, name: 'The Office 1', open: true })
  const found = await syncOf(composition(here)).search(context, ' OFFICE 1 ')
  t.strictSame(
    found.slice(0, 2).map(({ office }) => office.name),
    ['Office 1', 'Office 10']
  )
  t.equal(found.length, 10)
  t.strictSame(await syncOf(composition(here)).search(context, ' '), [])
})

t.test('a preview counts each parent once, narrows by a child, and says what it could not ask in time', async t => {
  const here = town(12)
  here.desks.splice(0, 3)
  const preview = (by: PreviewPlan<World, Office>, call = context) => syncOf(composition(here), by).preview(call)
  t.match(await preview(plan), {
    counts: { matched: 10, leftOut: [{ rule: 'open', count: 2 }] },
    samples: {
      matched: ['Office 1', 'Office 2', 'Office 3', 'Office 4', 'Office 6'],
      leftOut: [{ name: 'Office 5', rule: 'open' }, { name: 'Office 10' }]
    },
    choices: { types: ['A'] },
    expectedRequests: 19
  })
  const having = {
    rule: { ...isOpen, name: 'has-desk' },
    list: ({ desks }: World) => listOfRows(() => desks),
    counting:
      async () =>
      ({ id }: VendorRecord) =>
        id !== '1004'
  }
  t.match(await preview({ ...plan, having }), {
    counts: {
      matched: 6,
      leftOut: [
        { rule: 'open', count: 2 },
        { rule: 'has-desk', count: 4 }
      ]
    },
    samples: { leftOut: [{ rule: 'open' }, { rule: 'open' }, { name: 'Office 1', rule: 'has-desk' }] }
  })
  const late = { ...context, signal: AbortSignal.abort() } as CallContext
  const hung = {
    ...plan,
    having: { ...having, list: () => ({ ...having.list(here), page: () => Promise.reject(new Error('late')) }) }
  }
  t.match(await preview(hung, late), {
    partial: true,
    counts: { matched: 0, leftOut: [{ count: 2 }, { rule: 'has-desk', count: 0 }] }
  })
  await t.rejects(preview(hung), { message: 'late' })
})
