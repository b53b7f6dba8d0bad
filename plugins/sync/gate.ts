/**
 * The one gate for all that would be taken away: what polls and passes have taken within 24 hours, what waits for a
 * person and what is to go now are added up by kind. What is too much waits; the rest is reserved before any of it is
 * taken, so that no crash lets it through twice.
 */
import type { LossKind, LossRow, Taken } from '../storage/port.ts'
import type { Attempt } from './attempt.ts'
import { commit, type Desk } from './desk.ts'
import { noEngineEvents } from './events.ts'
import { eachRow } from './rows.ts'
import { isOver, isSumOver, Weight } from './weight.ts'

const HOURS = 24
const CLIENTS = 500

export interface Limit {
  /** Whether this client waits for a person: whole, if one thing of it does. */
  holds(row: LossRow): boolean
}

/** Lets rows through that were looked at, or holds them. */
export async function gate(attempt: Attempt): Promise<void> {
  const { desk, by } = attempt
  const { losses } = desk.parts.store
  let looked = 0
  let passed = 0
  await eachRow(attempt, { states: ['looked', 'passed', 'taken'], by }, async rows => {
    for (const { state } of rows) state === 'looked' ? looked++ : passed++
  })
  if (looked + passed === 0) return
  if (looked > 0) {
    const limit = await limitOf(attempt, ['looked', 'passed', 'taken'])
    await eachRow(attempt, { states: ['looked'], by }, async rows => {
      const held = rows.filter(row => limit.holds(row))
      const free = rows.filter(row => !limit.holds(row))
      if (held.length > 0) await hold(attempt, held)
      if (free.length > 0) await losses.mark(desk.lease, idsOf(free), 'passed')
    })
  }
  await reserve(attempt)
}

/** These wait for a person from now on. */
export async function hold({ desk }: Attempt, rows: readonly LossRow[]): Promise<void> {
  const { parts, lease, installation } = desk
  await parts.store.losses.mark(lease, idsOf(rows), 'held')
  desk.holdChanged = true
  const name = { connector: installation.connector, syncType: installation.syncType }
  const weight = new Weight()
  weight.addRows(rows)
  ;(parts.events ?? noEngineEvents).lossesHeld(name, weight.kinds)
}

/** What of an attempt's rows in these states would be too much. */
export async function limitOf(attempt: Attempt, states: readonly LossRow['state'][]): Promise<Limit> {
  const { desk, by } = attempt
  const now = new Weight()
  const held = new Weight()
  const taken = new Weight()
  await eachRow(attempt, { states, by }, async rows => now.addRows(rows))
  if (desk.installation.hold || desk.holdChanged)
    await eachRow(attempt, { states: ['held'] }, async rows => held.addRows(rows))
  for (const one of others(attempt)) taken.addTaken(one)
  const scale = { going: Weight.sum(now, held, taken), taken, there: new Weight() }
  const kinds = Object.keys(now.kinds) as LossKind[]
  const sums = Object.keys(now.sums)
  const limit = desk.parts.lossLimit
  const over = () => ({
    kinds: kinds.filter(kind => isOver(kind, scale, limit)),
    sums: sums.filter(name => isSumOver(name, scale, limit))
  })
  // Counted only as far as it takes to see that nothing is too much: a few clients, as a rule.
  await countClients(desk, scale.there, () => over().kinds.length + over().sums.length > 0)
  const found = over()
  return {
    holds: ({ items }) =>
      !items.some(({ approved }) => approved) &&
      items.some(({ kind, amount }) => found.kinds.includes(kind) || (amount && found.sums.includes(amount.sum)))
  }
}

/** Adds up what there is to lose, for as long as it is asked for. */
export async function countClients(
  { parts, installation }: Desk,
  there: Weight,
  goOn: () => boolean = () => true
): Promise<void> {
  for (let after: string | null = null; goOn(); ) {
    const clients = await parts.store.clients.activeRecords(installation.id, after, CLIENTS)
    if (clients.length === 0) return
    for (const client of clients) there.addClient(client)
    after = clients.at(-1)!.sortKey
  }
}

/**
 * Keeps what goes now among what was taken in this hour, in place of what this attempt had reserved before a crash: it
 * is worked out of the rows that were let through, which stay until all is done. What a person agreed to does not count.
 */
async function reserve(attempt: Attempt): Promise<void> {
  const { desk, by } = attempt
  const mine = new Weight()
  await eachRow(attempt, { states: ['passed', 'taken'], by }, async rows => mine.addRows(rows))
  const entry: Taken = { hour: hourOf(desk.parts.now()), kinds: mine.kinds, sums: mine.sumTexts(), by }
  await commit(desk, { taken: [...others(attempt), entry] })
}

/** What was reserved is taken: it stays among what went in its hour. */
export function takenForGood({ desk, by }: Pick<Attempt, 'desk' | 'by'>): readonly Taken[] {
  const hours = new Map<string, Weight>()
  for (const entry of desk.installation.taken) {
    const key = JSON.stringify([entry.hour, entry.by === by ? null : (entry.by ?? null)])
    const weight = hours.get(key) ?? new Weight()
    weight.addTaken(entry)
    hours.set(key, weight)
  }
  return [...hours].map(([key, weight]) => {
    const [hour, other] = JSON.parse(key) as [number, string | null]
    return { hour, kinds: weight.kinds, sums: weight.sumTexts(), ...(other !== null && { by: other }) }
  })
}

function others({ desk, by }: Attempt): Taken[] {
  const since = hourOf(desk.parts.now()) - HOURS
  return desk.installation.taken.filter(entry => entry.hour >= since && entry.by !== by)
}

const idsOf = (rows: readonly LossRow[]) => rows.map(({ externalId }) => externalId)
const hourOf = (now: Date) => Math.floor(now.getTime() / 3600_000)
