/** One odd answer at each request in turn: what the host would make of it, by its own judgement, is nothing. */
import { ConnectorFailure, type SyncType } from '../../../plugins/connector/contract.ts'
import type { Viewpoint } from '../../../plugins/entities/client-record.ts'
import { judge } from '../../../plugins/entities/judge.ts'
import type { ClientRecord } from '../../../plugins/entities/stored-client.ts'
import { mapPage } from '../../../plugins/sync/map-page.ts'
import type { Claims } from './claims.ts'
import type { ConnectorDouble, Oddity } from './double.ts'
import { type Notebook, openNotebook, readPass } from './notebook.ts'
import type { SyncTypePromise } from './promise.ts'
import type { VendorCalls } from './vendor-call.ts'

/** Where there are no children, there are none of these. */
const ofChildren: readonly Oddity[] = ['stray row', 'refused children']
const inPass: readonly Oddity[] = ['empty list', 'cut list', 'forbidden', 'fault', 'doubled rows', ...ofChildren]
/** What is refused, fails or cannot be read is not absent: nothing may look as if it were lost. */
const unreadable: readonly Oddity[] = ['forbidden', 'fault', ...ofChildren]

export const oddAnswers: SyncTypePromise = {
  id: 'odd-answers',
  promise:
    'one odd answer at any request of a pass changes nothing unseen: it fails, does not fit its counts, or waits',
  async hold(claims, { syncType, open }) {
    const { double, calls } = await open('small')
    const stored = storedOf(syncType, await readPass(syncType, calls.call()))
    for (const how of inPass) {
      const asked = await eachRequest(double, how, async nth => {
        const read = await attempted(claims, `${how} at request ${nth}`, () => readPass(syncType, calls.call()))
        if (read) isUnseen(claims, syncType, stored, read, how, nth)
      })
      claims.ok(asked > 0 || ofChildren.includes(how), `${how}: at ${asked} requests`)
    }
    // A right that is lowered meanwhile: from some request on there is nothing.
    await eachRequest(
      double,
      'empty list',
      async nth => {
        const read = await attempted(claims, `nothing from request ${nth} on`, () => readPass(syncType, calls.call()))
        if (read) isUnseen(claims, syncType, stored, read, 'empty list', nth)
      },
      true
    )
  }
}

export const foreignRows: SyncTypePromise = {
  id: 'foreign-rows',
  promise: 'rows that nobody asked for make up for none that are missing',
  async hold(claims, { syncType, open }) {
    const { double, calls } = await open('large')
    const stored = storedOf(syncType, await readPass(syncType, calls.call()))
    for (let nth = 1; nth <= 8; nth++) {
      const spell = double.spoil({ how: 'foreign rows', nth })
      const read = await attempted(claims, `request ${nth}`, () => readPass(syncType, calls.call()))
      spell.clear()
      if (read) isUnseen(claims, syncType, stored, read, 'foreign rows', nth)
    }
  }
}

export const goneTwice: SyncTypePromise = {
  id: 'gone-twice',
  promise: 'nobody is gone for one odd answer, and a client that is looked up keeps all it has',
  async hold(claims, { syncType, open }) {
    const { double, calls } = await open('small')
    const kept = await readPass(syncType, calls.call())
    const stored = storedOf(syncType, kept)
    for (const how of ['empty list', 'cut list', 'forbidden', 'fault'] as const) {
      await eachRequest(double, how, async nth => {
        const read = await attempted(claims, `${how} at request ${nth}`, () =>
          lookUp(syncType, calls, [...stored.keys()])
        )
        if (!read) return
        claims.same(read.gone, [], `${how} at request ${nth}: nobody is gone`)
        isUnseen(claims, syncType, stored, read, how, nth)
      })
    }
  }
}

async function lookUp(syncType: SyncType, calls: VendorCalls, ids: readonly string[]): Promise<Notebook> {
  const found = openNotebook(syncType)
  for await (const page of syncType.lookup(calls.call(), ids)) found.take(page)
  return found
}

/** Spoils the first request that can be spoilt so, then the second, until there is none. @returns how many there were */
async function eachRequest(
  double: ConnectorDouble,
  how: Oddity,
  work: (nth: number) => Promise<void>,
  andAfter = false
): Promise<number> {
  for (let nth = 1; ; nth++) {
    const spell = double.spoil({ how, nth, andAfter })
    await work(nth)
    spell.clear()
    if (spell.hits === 0) return nth - 1
  }
}

/** undefined: it failed, as a connector may. */
async function attempted<T>(claims: Claims, words: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) claims.fail(`${words}: not a failure that the host knows: ${error}`)
    return undefined
  }
}

const view = (syncType: SyncType): Viewpoint => ({
  tenant: 'a tenant',
  connector: 'a connector',
  connectionId: 'con_1',
  installationId: 'ins_1',
  syncType,
  token: 1,
  runId: 'run_1',
  at: '2026-01-01T00:00:00.000Z',
  restamp: false,
  resettled: null
})

const answersOf = (syncType: SyncType, { pages }: Notebook) =>
  pages.flatMap(page => {
    const reading = { syncType, runId: 'run_1', at: '2026-01-01T00:00:00.000Z', readAt: Date.now(), label: 'page' }
    return [...mapPage(page, reading).answers]
  })

/** As the host keeps what was read. */
function storedOf(syncType: SyncType, read: Notebook): ReadonlyMap<string, ClientRecord> {
  const stored = new Map<string, ClientRecord>()
  for (const [id, answer] of answersOf(syncType, read)) {
    const { next } = judge(undefined, id, answer, view(syncType))
    if (next) stored.set(id, next)
  }
  return stored
}

/** By the host's judgement nothing that people see is another one. */
function isUnseen(
  claims: Claims,
  syncType: SyncType,
  stored: ReadonlyMap<string, ClientRecord>,
  read: Notebook,
  how: Oddity,
  nth: number
): void {
  const words = `${how} at request ${nth}`
  for (const [id, answer] of answersOf(syncType, read)) {
    const before = stored.get(id)
    const { next, losses } = judge(before, id, answer, view(syncType))
    const seen = (record: ClientRecord | null | undefined) =>
      record && JSON.stringify([record.profile, record.agreements, record.status], withoutOrder)
    if (next && seen(next) !== seen(before))
      claims.fail(`${words}: client ${id} is another one`, differences(before, next))
    if (unreadable.includes(how) && losses.length > 0)
      claims.fail(`${words}: client ${id} seems to lose what could not be read: ${losses.map(({ key }) => key)}`)
  }
  const { before, seen, after } = read.lists
  for (const [list, count] of Object.entries(seen)) {
    const most = Math.max(before[list] ?? 0, after[list] ?? 0)
    if (count > most) claims.fail(`${words}: ${count} of ${list} came, and the vendor counts ${most}`)
  }
}

/** What waits stands behind what was read. */
function withoutOrder(key: string, value: unknown): unknown {
  if (key === 'updatedAt' || key === 'primary') return undefined
  if (!Array.isArray(value)) return value
  return value.map(one => JSON.stringify(one, withoutOrder)).sort()
}

/** What people would see of it, field by field: before and after. */
function differences(before: ClientRecord | undefined, next: ClientRecord): readonly unknown[] {
  const fieldsOf = (record: ClientRecord | undefined) =>
    new Map<string, unknown>([
      ['status', record?.status],
      ...Object.entries(record?.profile ?? {}),
      ...(record?.agreements ?? []).flatMap(agreement =>
        Object.entries(agreement).map(([field, value]): [string, unknown] => [
          `${agreement.externalId} ${field}`,
          value
        ])
      )
    ])
  const [was, is] = [fieldsOf(before), fieldsOf(next)]
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter(field => !field.endsWith(' updatedAt'))
    .filter(field => JSON.stringify(was.get(field)) !== JSON.stringify(is.get(field)))
    .map(field => ({ [field]: [was.get(field), is.get(field)] }))
}
