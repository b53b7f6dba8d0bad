/** The whole of one seed: an account, what happens to it, and in the end the vendor's good answers. */
import type { LossKind, Run, Store } from '../../plugins/storage/port.ts'
import { breaks } from './breaking-store.ts'
import { editAtRandom } from './edits.ts'
import { oddAnswerTo } from './odd-answers.ts'
import { createWatch, type Watch } from './watch.ts'
import { change, installationOf, openWorld, type RunPlan, run, type World } from './world.ts'

const minute = 60_000
const hour = 60 * minute

export interface SeedResult {
  /** What was not as it has to be. */
  readonly wrong: readonly string[]
  readonly diary: readonly string[]
  readonly requests: number
}

/** @param isTold the diary tells of each run how it ended */
export async function liveThrough(seed: number, store: Store, isTold = false): Promise<SeedResult> {
  const world = await openWorld(seed, store, isTold)
  const wrong: string[] = []
  try {
    wrong.push(...(await new Life(world).live()))
  } catch (error) {
    wrong.push(`the model itself: ${(error as Error).stack}`)
  }
  for (const id of world.ids) await change(world, id, { wanted: 'stopped', fence: true, dueInMs: null })
  return { wrong, diary: world.diary, requests: world.vendor.requests }
}

type Oddness = 'none' | 'one' | 'some'

class Life {
  readonly #world: World
  readonly #watch: Watch
  readonly #hidden: { readonly clear: () => void }[] = []
  /** Installations whose last run came to no end of its own. */
  readonly #cut = new Set<string>()

  constructor(world: World) {
    this.#world = world
    this.#watch = createWatch(world)
  }

  async live(): Promise<string[]> {
    const { random, diary } = this.#world
    const steps = 3 + random.below(7)
    await this.#step('first', () => this.#run({ ids: this.#world.ids, joint: random.chance(0.3) }, this.#oddness()))
    for (let step = 0; step < steps; step++) {
      const wrong = await this.#anything()
      if (wrong.length > 0) return wrong
    }
    diary.push('from here on all is well')
    return this.#goodEnd()
  }

  async #anything(): Promise<string[]> {
    const { random } = this.#world
    this.#turnClock()
    const drawn = random.next()
    if (drawn < 0.3) return this.#edits()
    if (drawn < 0.38) return this.#hides()
    if (drawn < 0.48) return this.#decides()
    if (drawn < 0.58) return this.#oneOddAnswer()
    return this.#runs()
  }

  #turnClock(): void {
    const { random, clock } = this.#world
    clock.advance(random.pick([0, 0, 1000, 5000, 5 * minute, 20 * minute, 3 * hour, 25 * hour]))
  }

  async #edits(): Promise<string[]> {
    const { random, vendor, diary } = this.#world
    const done: string[] = []
    for (let left = 1 + random.below(4); left > 0; left--) done.push(editAtRandom(vendor.server, random))
    diary.push(`edit: ${done.join(', ')}`)
    this.#watch.noteTruth()
    return []
  }

  async #hides(): Promise<string[]> {
    const { random, vendor, diary } = this.#world
    if (this.#hidden.length > 0) {
      this.#show()
      diary.push('all is shown')
      return []
    }
    const table = random.pick(['companies', 'contacts', 'agreements', 'additions', 'catalog'] as const)
    const share = random.pick([0.1, 0.5, 1])
    const salt = random.below(1000)
    this.#hidden.push(vendor.server.hide(table, ({ id }) => ((id * 7919 + salt) % 1000) / 1000 < share))
    diary.push(`hidden: ${share} of ${table}`)
    return []
  }

  #show(): void {
    for (const one of this.#hidden.splice(0)) one.clear()
  }

  async #decides(): Promise<string[]> {
    const { random, ids, diary } = this.#world
    for (const id of ids) {
      const verdict = random.pick(['approve', 'approve', 'reject'] as const)
      const said = await this.#say(id, verdict, random.chance(0.3) ? [random.pick(kinds)] : null, random.chance(0.2))
      if (said) diary.push(said)
    }
    return []
  }

  /** As the routes do it. @param stale by an older revision than what waits */
  async #say(
    id: string,
    verdict: 'approve' | 'reject',
    of: readonly LossKind[] | null,
    stale: boolean
  ): Promise<string> {
    const { hold } = await installationOf(this.#world, id)
    if (!hold || hold.decision) return ''
    const revision = stale ? hold.revision - 1 : hold.revision
    const at = new Date(this.#world.clock.now().getTime() + this.#world.random.below(1000)).toISOString()
    await change(this.#world, id, { hold: { ...hold, decision: { verdict, revision, kinds: of, by: 'a person', at } } })
    if (verdict === 'approve' && !stale) await this.#watch.noteApproval(id, of)
    return `${verdict} ${of?.join() ?? 'all'}${stale ? ' of an older revision' : ''}: ${JSON.stringify(hold.kinds)}`
  }

  #oddness(): Oddness {
    return this.#world.random.pick(['none', 'none', 'one', 'some'])
  }

  async #runs(): Promise<string[]> {
    const { random, ids } = this.#world
    const which = random.pick([[ids[0]!], [ids[1]!], ids])
    const broken = random.chance(0.35)
      ? { nth: 1 + random.below(30), how: random.pick(breaks), upTo: random.below(6) }
      : undefined
    const plan: RunPlan = {
      ids: which,
      compare: random.chance(0.5),
      again: random.chance(0.5),
      joint: which.length > 1 && random.chance(0.5),
      often: random.chance(0.12),
      ...(broken && { broken })
    }
    const oddness = this.#oddness()
    const words = `run ${which.map(id => ids.indexOf(id)).join('+')}${plan.compare ? ' compare' : ''}${plan.joint ? ' joint' : ''}${plan.often ? ' often' : ''}, odd: ${oddness}`
    return this.#step(words, () => this.#run(plan, oddness, random.chance(0.2)))
  }

  async #step(words: string, act: () => Promise<unknown>): Promise<string[]> {
    const { diary, ids } = this.#world
    diary.push(words)
    await act()
    if (this.#world.isTold) for (const id of ids) diary.push(`  ${await this.#told(id)}`)
    const wrong = await this.#watch.look(this.#cut)
    return wrong.map(one => `after "${words}": ${one}`)
  }

  async #told(id: string): Promise<string> {
    const { store, tenant } = this.#world
    const { items } = await store.runs.list(tenant, id, { limit: 3, cursor: null })
    const runs = items.map(({ mode, status, error, took, counts, notes }) =>
      [mode, status, error?.detail ?? '', JSON.stringify(took), `held ${counts.held}`, ...notes].join(' ')
    )
    return runs.join(' | ')
  }

  /** Bends answers as it runs. @param edited the vendor's records change meanwhile @returns how many answers were odd */
  async #run(plan: RunPlan, oddness: Oddness, edited = false): Promise<number> {
    const { random, vendor, clock, diary } = this.#world
    await this.#mendConnection()
    let asked = 0
    let odd = 0
    const at = 1 + random.below(12)
    const rate = random.next() * 0.3
    vendor.meet = async subject => {
      asked++
      if (edited && random.chance(0.1)) {
        diary.push(`  at request ${asked}: ${editAtRandom(vendor.server, random)}`)
        this.#watch.noteTruth()
      }
      if (random.chance(0.05)) clock.advance(random.pick([1000, minute]))
      if (random.chance(0.05)) await new Promise(resolve => setImmediate(resolve))
      const isOdd = oddness === 'one' ? asked >= at && odd === 0 : oddness === 'some' && random.chance(rate)
      if (!isOdd) return undefined
      const rule = oddAnswerTo(subject, random)
      const fault = vendor.server.fail(rule)
      return () => {
        fault.clear()
        if (fault.hits === 0) return
        odd++
        diary.push(`  odd at request ${asked}: ${subject.endpoint} ${subject.operation} ${JSON.stringify(rule)}`)
      }
    }
    const broke = await run(this.#world, plan)
    if (broke) for (const id of plan.ids) this.#cut.add(id)
    // Of a joint run the first one alone is run to its end.
    else for (const id of plan.joint ? plan.ids.slice(0, 1) : plan.ids) this.#cut.delete(id)
    vendor.meet = async () => undefined
    return odd
  }

  /** Where refused keys have stopped everything: time passes, or a person types them again. */
  async #mendConnection(): Promise<void> {
    const { store, tenant, connectionId, clock, diary } = this.#world
    const connection = (await store.connections.get(tenant, connectionId))!
    if (!connection.trouble) return
    const { retryAt } = connection.trouble
    if (retryAt !== null) {
      clock.advance(Math.max(0, Date.parse(retryAt) - clock.now().getTime()) + 1000)
      return
    }
    diary.push('  the keys are typed again')
    await store.connections.tryUpdate(tenant, connectionId, connection.rev, { trouble: null })
  }

  /** Where the store is as the vendor is, one odd answer takes nothing away and makes nobody decide. */
  async #oneOddAnswer(): Promise<string[]> {
    const { ids, random, diary, clock } = this.#world
    if (this.#hidden.length > 0) return []
    await this.#run({ ids, compare: true, again: true }, 'none')
    const wrong = await this.#watch.look(this.#cut)
    if (wrong.length > 0) return wrong
    if ((await this.#watch.differences()).length > 0) return []
    for (const id of ids) if ((await this.#watch.rows(id)).length > 0) return []
    clock.advance(random.pick([1000, hour]))
    const words = 'one odd answer'
    const compare = random.chance(0.7)
    const said = await this.#step(words, () => this.#run({ ids: [random.pick(ids)], compare }, 'one'))
    for (const id of ids) {
      const held = (await this.#watch.rows(id)).filter(({ state }) => state === 'held')
      if (held.length > 0) said.push(`${words}: ${held.length} clients wait for a person`)
    }
    said.push(...(await this.#watch.differences(true)).map(one => `${words}: ${one}`))
    diary.push('  (that was the odd one)')
    return said
  }

  /** Complete passes over good answers, and a person who agrees to what they hold: the store is as the vendor is. */
  async #goodEnd(): Promise<string[]> {
    const { ids, clock } = this.#world
    this.#show()
    clock.advance(hour)
    // What is under way has seen what was odd: the next pass has not.
    for (let round = 0; ; round++) {
      const going = (await Promise.all(ids.map(id => installationOf(this.#world, id)))).filter(
        one => one.pass !== null || one.lastPass === null
      )
      if (going.length === 0) break
      if (round > 4) return [`a pass does not come to its end: ${going.map(one => one.syncType)}`]
      const wrong = await this.#step('what is under way', () => this.#run({ ids, again: true }, 'none'))
      if (wrong.length > 0) return wrong
    }
    const wrong = await this.#step('compare', () => this.#run({ ids, compare: true }, 'none'))
    for (let round = 0; round < 4 && wrong.length === 0; round++) {
      let said = 'poll '
      for (const id of ids) said += await this.#say(id, 'approve', null, false)
      const waiting = (await Promise.all(ids.map(id => this.#watch.rows(id)))).flat()
      if (waiting.length === 0) break
      wrong.push(...(await this.#step(said, () => this.#run({ ids }, 'none'))))
    }
    if (wrong.length > 0) return wrong
    wrong.push(...(await this.#watch.differences()))
    for (const id of ids) {
      const { pass, misfits, hold, attention, failures, passFailures, requested, taken } = await installationOf(
        this.#world,
        id
      )
      const left = {
        pass,
        misfits,
        hold,
        attention,
        failures: failures || null,
        passFailures: passFailures || null,
        requested
      }
      for (const [field, value] of Object.entries(left))
        if (value !== null) wrong.push(`in the end ${field} is ${JSON.stringify(value)}`)
      if (taken.some(({ by }) => by !== undefined)) wrong.push(`reserved and never taken: ${JSON.stringify(taken)}`)
      const rows = await this.#watch.rows(id)
      if (rows.length > 0) wrong.push(`rows are left: ${JSON.stringify(rows)}`)
    }
    return wrong.length > 0 ? wrong : this.#quietEnd()
  }

  /**
   * What nothing has happened to is not read again. In which order answers come is not the same each time over a store
   * that is waited for, so a deep look may have to read something once more: then two later ones have nothing to read.
   */
  async #quietEnd(): Promise<string[]> {
    for (let round = 0; round < 2; round++) await this.#quietRound(5 * minute, false)
    const wrong = await this.#quietRound(5 * minute, true)
    if (wrong.length === 0) return await this.#watch.look(this.#cut)
    await this.#quietRound(hour, true)
    wrong.splice(0, wrong.length, ...(await this.#quietRound(hour, true)))
    return [...(await this.#watch.look(this.#cut)), ...wrong]
  }

  /** @returns what its polls have read, or told apart, although nothing has changed */
  async #quietRound(afterMs: number, joint: boolean): Promise<string[]> {
    const { ids, clock, store, tenant } = this.#world
    const last = async (id: string) => {
      const { lastRunId } = (await store.installations.get(tenant, id))!
      return (await store.runs.get(tenant, lastRunId!))!
    }
    const before = new Map<string, Run>()
    for (const id of ids) before.set(id, await last(id))
    clock.advance(afterMs)
    await this.#run({ ids, joint }, 'none')
    const wrong: string[] = []
    for (const id of ids) {
      const { id: row, mode, counts, folded } = await last(id)
      // Of a day's row the sums go on.
      const former = before.get(id)!
      const read = counts.read - (former.id === row ? former.counts.read : 0)
      if (mode !== 'incremental' || read > 0) wrong.push(`a quiet ${mode} has read ${read}`)
      if (!folded) wrong.push(`a quiet ${mode} has a receipt of its own`)
    }
    return wrong
  }
}

const kinds: readonly LossKind[] = ['clients', 'emails', 'agreements', 'costs', 'phones', 'vendors']
