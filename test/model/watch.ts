/** Looks at the store between what happens, and says what may never be. */
import { isLess } from '../../plugins/entities/loss.ts'
import type { ClientRecord, Installation, LossKind, LossRow, Run } from '../../plugins/storage/port.ts'
import { tableNames } from '../doubles/connectwise/accounts/account.ts'
import { type Expected, expectedOf, shownOf } from './expected.ts'
import { lossesBetween } from './losses-seen.ts'
import { installationOf, lossLimit, syncTypes, type World } from './world.ts'

const hour = 3_600_000
const states = ['staged', 'looked', 'held', 'passed', 'taken'] as const

interface Left {
  readonly at: number
  readonly installationId: string
  readonly kind: LossKind
}

export interface Watch {
  /** The vendor's tables were changed: what they said in between counts too. */
  noteTruth(): void
  /** A person has agreed to all that waits of an installation. */
  noteApproval(installationId: string, kinds: readonly LossKind[] | null): Promise<void>
  /** @param cut installations whose last run came to no end of its own */
  look(cut: ReadonlySet<string>): Promise<string[]>
  /**
   * Where the store differs from the vendor; what a person has refused to let go counts as equal.
   * @param loosely so does a list whose entries are the same in another order
   */
  differences(loosely?: boolean): Promise<string[]>
  rows(installationId: string): Promise<LossRow[]>
  clients(): Promise<ClientRecord[]>
}

export function createWatch(world: World): Watch {
  const { store, tenant, ids, vendor } = world
  const { oracle, data } = vendor.server
  let before = new Map<string, ClientRecord>()
  let moments: Expected[] = []
  let noted = ''
  const left: Left[] = []
  const approved = new Set<string>()
  const marks = new Map<string, string>()

  const rows = (installationId: string) => store.losses.list(installationId, { states }, null, 1000)
  async function clients(): Promise<ClientRecord[]> {
    const { items } = await store.clients.list(tenant, { order: 'id' }, { limit: 500, cursor: null })
    return items
  }

  /** What the vendor says now, if it says anything new. */
  function note(): void {
    const version = tableNames.map(name => data[name].version()).join()
    if (version !== noted) moments.push(expectedOf(oracle))
    noted = version
  }

  async function look(cut: ReadonlySet<string>): Promise<string[]> {
    const wrong: string[] = []
    const now = new Map((await clients()).map(client => [client.id, client]))
    note()
    for (const id of ids) {
      const installation = await installationOf(world, id)
      const waiting = await rows(id)
      wrong.push(...tooMuch(installation, now))
      wrong.push(...onceLive(now))
      const orderly = !cut.has(id)
      if (orderly) wrong.push(...whatWaits(installation, waiting, now))
      wrong.push(...(await receipts(id, orderly)))
      const mark = installation.poll?.mark ?? ''
      if (mark < (marks.get(id) ?? '')) wrong.push(`the mark fell from ${marks.get(id)} to ${mark}`)
      marks.set(id, mark)
      for (const key of approved) {
        const [of, externalId] = key.split('|')
        if (of === id && !waiting.some(row => row.externalId === externalId)) approved.delete(key)
      }
    }
    before = now
    moments = moments.slice(-1)
    return [...wrong, ...world.mistakes.splice(0)]
  }

  /** No more has left than the gate lets through. */
  function tooMuch({ id }: Installation, now: ReadonlyMap<string, ClientRecord>): string[] {
    const at = world.clock.now().getTime()
    const recent = left.filter(one => one.installationId === id && one.at > at - 24 * hour)
    const came: Left[] = []
    for (const [clientId, was] of before) {
      const is = now.get(clientId)
      if (!is) continue
      for (const { externalId, key, kind } of lossesBetween(was, is, id, { data, moments }))
        if (!approved.has(`${id}|${externalId}|${key}`) && !approved.has(`${id}|${externalId}|client`))
          came.push({ at, installationId: id, kind })
    }
    left.push(...came)
    const wrong: string[] = []
    for (const kind of new Set(came.map(one => one.kind))) {
      const ofKind = (list: readonly Left[]) => list.filter(one => one.kind === kind).length
      const count = ofKind(recent) + ofKind(came)
      const there = Math.max(thereOf(kind, before.values(), id), thereOf(kind, now.values(), id) + ofKind(came))
      const all = there + ofKind(recent)
      if ((count >= lossLimit.floor && count > lossLimit.share * all) || (count >= 3 && count >= all))
        wrong.push(`${count} of ${all} ${kind} went within a day and nobody was asked`)
    }
    return wrong
  }

  function onceLive(now: ReadonlyMap<string, ClientRecord>): string[] {
    const holders = new Map<string, string>()
    const wrong: string[] = []
    for (const client of now.values()) {
      for (const { externalId, status } of client.agreements) {
        if (status === 'gone') continue
        const other = holders.get(externalId)
        if (other !== undefined) wrong.push(`agreement ${externalId} is live at ${other} and at ${client.externalId}`)
        holders.set(externalId, client.externalId)
      }
    }
    return wrong
  }

  /**
   * What waits by the rows, by the clients and by the hold is the same. Of a pass under way something may be taken and
   * not told yet, and of one that was dropped clients may wait for the next one to look at them.
   */
  function whatWaits(
    { id, hold, pass, passFailures }: Installation,
    waiting: readonly LossRow[],
    now: ReadonlyMap<string, ClientRecord>
  ): string[] {
    const wrong: string[] = []
    const byClient = new Map(waiting.filter(({ state }) => state !== 'taken').map(row => [row.externalId, row]))
    const isDropped = pass !== null || passFailures > 0
    for (const { externalId, parts } of now.values()) {
      const part = parts.find(({ installationId }) => installationId === id)
      const open = [...(part?.open ?? [])].sort().join()
      const row = byClient.get(externalId)
      const keys = (row?.items ?? [])
        .map(({ key }) => key)
        .sort()
        .join()
      if (open !== keys && !(isDropped && keys === ''))
        wrong.push(
          `client ${externalId} of ${part?.syncType} waits for [${open}], its row (${row?.state}) has [${keys}]`
        )
      byClient.delete(externalId)
    }
    for (const { externalId } of byClient.values()) wrong.push(`a row of losses is of no client: ${externalId}`)
    const kinds: Record<string, number> = {}
    const held = waiting.filter(({ state }) => state === 'held')
    for (const item of held.flatMap(({ items }) => items))
      if (isLess(item)) kinds[item.kind] = (kinds[item.kind] ?? 0) + 1
    const said = Object.fromEntries(Object.entries(hold?.kinds ?? {}).map(([kind, one]) => [kind, one.held]))
    if (sorted(said) !== sorted(kinds) || (hold?.clients ?? 0) !== held.length)
      wrong.push(`the hold says ${sorted(said)} of ${hold?.clients ?? 0}, held are ${sorted(kinds)} of ${held.length}`)
    return wrong
  }

  async function receipts(id: string, orderly: boolean): Promise<string[]> {
    const { items } = await store.runs.list(tenant, id, { limit: 40, cursor: null })
    return items.flatMap(run => receipt(run, orderly))
  }

  async function differences(loosely = false): Promise<string[]> {
    note()
    const expected = moments.at(-1)!
    const wrong: string[] = []
    const held = new Map((await clients()).map(client => [client.externalId, client]))
    for (const [index, syncType] of syncTypes.entries()) {
      const id = ids[index]!
      const wanted = syncType === 'active-customers' ? expected.customers : expected.agreements
      for (const externalId of new Set([...wanted.keys(), ...held.keys()])) {
        const client = held.get(externalId)
        const part = client?.parts.find(({ installationId }) => installationId === id)
        const kept = Object.keys(part?.kept ?? {})
        const want = wanted.get(externalId)
        const takes = part?.status === 'active'
        if (takes !== (want !== undefined)) {
          if (kept.includes('client')) continue
          wrong.push(
            `${syncType} ${externalId} ${takes ? 'takes part and should not' : 'is missing'} (${part?.statusReason})`
          )
        } else if (client && want) {
          const found = shownOf(client, syncType)
          for (const field of new Set([...Object.keys(want), ...Object.keys(found)])) {
            const same = loosely ? unordered(want[field]) === unordered(found[field]) : want[field] === found[field]
            if (same || isKept(field, kept, held)) continue
            wrong.push(`${syncType} ${externalId} ${field}: ${found[field]} instead of ${want[field]}`)
          }
        }
        if (want && client && client.status !== 'active')
          wrong.push(`${syncType} ${externalId} is ${client.status} (${client.statusReason})`)
      }
    }
    return wrong
  }

  return {
    noteTruth: note,
    async noteApproval(installationId, kinds) {
      for (const row of await rows(installationId))
        if (row.state === 'held' && row.items.some(({ kind }) => kinds?.includes(kind) ?? true))
          for (const { key } of row.items) approved.add(`${installationId}|${row.externalId}|${key}`)
    },
    look,
    differences,
    rows,
    clients
  }
}

/** A list without its order and what is primary; anything else as it is. */
function unordered(text: string | undefined): string | undefined {
  if (!text?.startsWith('[{')) return text
  const entries: { primary?: boolean }[] = JSON.parse(text)
  return entries
    .map(({ primary: _, ...entry }) => JSON.stringify(entry))
    .sort()
    .join()
}

const sorted = (counts: Readonly<Record<string, number>>) => JSON.stringify(Object.entries(counts).sort())

/** A person has refused this loss, or that of an agreement which another client would have. */
function isKept(field: string, kept: readonly string[], all: ReadonlyMap<string, ClientRecord>): boolean {
  if (!field.startsWith('agreement ')) return kept.includes(field)
  const id = field.slice('agreement '.length)
  if (kept.some(key => key.endsWith(`:${id}`))) return true
  return [...all.values()].some(({ parts }) =>
    parts.some(part => `agreement:${id}` in part.kept || 'client' in part.kept)
  )
}

function thereOf(kind: LossKind, clients: Iterable<ClientRecord>, installationId: string): number {
  let count = 0
  for (const { parts, profile, agreements } of clients) {
    if (parts.find(part => part.installationId === installationId)?.status !== 'active') continue
    const live = agreements.filter(({ status }) => status !== 'gone')
    if (kind === 'clients') count++
    else if (kind === 'addresses') count += profile.address ? 1 : 0
    else if (kind === 'agreements') count += live.length
    else if (kind === 'costs') count += live.filter(({ overallCost }) => overallCost !== null).length
    else if (kind === 'vendors') count += live.filter(({ vendors }) => vendors.length > 0).length
    else count += profile[kind].length > 0 ? 1 : 0
  }
  return count
}

function receipt({ id, status, counts, mode, error, reconciliation }: Run, orderly: boolean): string[] {
  const wrong: string[] = []
  const { read, created, updated, unchanged, leftOut, setAside } = counts
  if (read !== created + updated + unchanged + leftOut + setAside)
    wrong.push(`receipt ${id} (${mode}, ${status}) does not add up: ${JSON.stringify(counts)}`)
  if (orderly && status === 'running') wrong.push(`receipt ${id} (${mode}) is left open`)
  if (error?.code === 'HOST_ERR_RUN_BUG') wrong.push(`receipt ${id}: ${error.detail}`)
  if (status === 'succeeded' && reconciliation) {
    const { source, store, differences } = reconciliation
    const explained = differences.reduce(
      (sum, { reason, count }) => sum + (reason.startsWith('kept') ? -count : count),
      0
    )
    if (source - store !== explained) wrong.push(`receipt ${id} reconciles ${JSON.stringify(reconciliation)}`)
  }
  return wrong
}
