/** A preview rule by rule: each parent counts once, as matched or for the first rule that it fails. */
import type { CallContext, Preview, Rule } from '../../contract.ts'
import { type KeysetList, readSome, scan } from '../keyset.ts'
import type { Label } from '../labels.ts'
import type { VendorRecord } from '../records.ts'
import type { Composition } from './composition.ts'

/** Names shown on each side. */
const shown = 5
/** Parents looked through for examples of what is left out. */
const sampled = 100

export interface PreviewPlan<T, R> {
  /** In the order of the rules about the parent alone, how many pass it and those before it; the last ones' are matched. */
  readonly passing: readonly { readonly rule: Rule<R>; count(reading: T): Promise<number> }[]
  countAll(reading: T): Promise<number>
  /** Parents in any state. */
  sample(reading: T): KeysetList
  /** Names that the tenant has, by field of the settings. */
  choices(reading: T): Promise<Readonly<Record<string, readonly Label[]>>>
  /** One rule more: of those that matched so far, the ones that have a child that counts. */
  readonly having?: {
    readonly rule: Rule<R>
    list(reading: T): KeysetList
    /** @returns whether a child counts; absent: each does */
    counting?(reading: T): Promise<(child: VendorRecord) => boolean>
  }
  /** Of a first pass. @param matched by the parents' rules @param children that a pass reads */
  expectedRequests(matched: number, children: number): number
}

/** SyncType.preview. What could not be asked in time counts as nothing, and the preview is `partial`. */
export async function preview<T, R>(
  composition: Composition<T, R>,
  context: CallContext,
  plan: PreviewPlan<T, R>
): Promise<Preview> {
  const { parents, children, make } = composition
  const { passing, having } = plan
  const reading = await composition.open(context, 'person')
  let isWhole = true
  /** Asks as long as there is time. */
  async function inTime<V, N>(question: Promise<V>, otherwise: N): Promise<V | N> {
    try {
      return await question
    } catch (failure) {
      if (!context.signal.aborted) throw failure
      isWhole = false
      return otherwise
    }
  }
  async function read(list: KeysetList, take: (record: VendorRecord) => void): Promise<boolean> {
    for await (const { records } of scan(list)) records.forEach(take)
    return true
  }
  /** Of some parents those that fail a rule. */
  async function examples() {
    const records = await readSome(plan.sample(reading), sampled)
    const made = await make(reading, records, null)
    return records.flatMap((parent, at) => {
      const failed = passing.find(({ rule }) => rule.test(made[at]!) !== true)
      return failed ? [{ name: nameOf(parent), rule: failed.rule.name }] : []
    })
  }
  async function named() {
    const tables = Object.entries(await plan.choices(reading))
    return Object.fromEntries(tables.map(([field, labels]) => [field, labels.map(({ name }) => name)]))
  }
  const nameOf = (parent: VendorRecord) => parents.nameOf(parent) || parent.id
  const matching = new Map<string, string>()
  const takeMatching = (parent: VendorRecord) => matching.set(parent.id, nameOf(parent))
  const candidates = parents.candidates(reading, null)
  const owners: string[] = []

  const [leftOut, choices, all, ofChildren, hasAll, hasChildren, ...steps] = await Promise.all([
    inTime(examples(), []),
    inTime(named(), {}),
    inTime(plan.countAll(reading), undefined),
    inTime(children.count(reading), 0),
    having
      ? inTime(read(candidates, takeMatching), false)
      : inTime(readSome(candidates, shown), []).then(some => some.forEach(takeMatching)),
    having &&
      inTime(
        Promise.resolve(having.counting?.(reading)).then((counts = () => true) =>
          read(having.list(reading), child => counts(child) && owners.push(children.parentOf(child) ?? ''))
        ),
        false
      ),
    ...passing.map(({ count }) => inTime(count(reading), undefined))
  ])
  const matched = steps.at(-1) ?? 0
  const counts = passing.map(({ rule }, at) => {
    const [before, now] = [[all, ...steps][at], steps[at]]
    return { rule: rule.name, count: before === undefined || now === undefined ? 0 : Math.max(0, before - now) }
  })
  const expectedRequests = plan.expectedRequests(matched, ofChildren)
  const partial = isWhole ? {} : { partial: true }
  const names = [...matching.values()]
  if (!having) {
    const samples = { matched: names.slice(0, shown), leftOut: leftOut.slice(0, shown) }
    return { counts: { matched, leftOut: counts }, samples, choices, expectedRequests, ...partial }
  }
  const withChild = new Set(owners)
  const whoHave = (has: boolean) => [...matching].filter(([id]) => withChild.has(id) === has).map(([, name]) => name)
  // A child that was not read may belong to any of them.
  const without = hasAll && hasChildren ? whoHave(false) : []
  const others = leftOut.slice(0, shown - Math.min(without.length, 2))
  const rule = having.rule.name
  return {
    counts: { matched: whoHave(true).length, leftOut: [...counts, { rule, count: without.length }] },
    samples: {
      matched: whoHave(true).slice(0, shown),
      leftOut: [...others, ...without.map(name => ({ name, rule }))].slice(0, shown)
    },
    choices,
    expectedRequests,
    ...partial
  }
}
