import type { PollContext, PollPage, Reject, Stamps } from '../../../plugins/connector/contract.ts'
import { moment } from '../api/conditions.ts'
import { endpoints } from '../api/endpoints.ts'
import { lastUpdated, referredId } from '../api/records.ts'
import { fullPage, type List, scan } from '../api/scan.ts'
import { lacksCompany, noteOf } from './children.ts'
import { readCompanies } from './companies-by-id.ts'
import { type CompanyRecord, type Composition, openReading, type Reading } from './composition.ts'
import { isSame, Touched } from './touched.ts'

/**
 * Reads what changed: one question for the children and one for the companies, which give no more than ids and change
 * marks, then only those companies that were not seen so. Neither asks for a status or type, so that a company that
 * stops matching is seen. What no list of changes shows is looked at in rotation.
 */
export async function* poll<R extends CompanyRecord>(
  context: PollContext,
  composition: Composition<R>
): AsyncGenerator<PollPage<R>> {
  const reading = openReading(context)
  const touched = new Touched()
  const unowned = await watchChildren(reading, context, composition, touched)
  await watchCompanies(reading, context, touched)
  const rotation = await composition.lookInRotation?.(reading, context, touched)
  const ids = touched.ids
  for (let at = 0; at < ids.length; at += fullPage) {
    yield readTouched(reading, context, composition, touched, ids.slice(at, at + fullPage))
  }
  yield { records: [], ...unowned, ...rotation }
}

/** What a poll asks of a list: changes alone. The company's is the same whichever sync type asks. */
function changesOf(
  { session }: Reading,
  { since }: PollContext,
  list: Pick<List, 'endpoint' | 'lacks'>,
  fields: string
): List {
  return { session, ...list, query: { conditions: `lastUpdated>=${moment(since)}`, fields } }
}

async function watchCompanies(reading: Reading, context: PollContext, touched: Touched): Promise<void> {
  const list = changesOf(reading, context, { endpoint: endpoints.companies }, 'id,_info/lastUpdated')
  for await (const { records, unusable } of scan(list)) {
    const ids = [...records, ...unusable].map(({ id }) => id).filter(id => id !== undefined)
    const known = await context.known(ids)
    const marks = new Map(records.map(record => [record.id, markOf('company', record)]))
    for (const id of ids) {
      const mark = marks.get(id) ?? {}
      if (!isSame(known.get(id)?.stamps, mark)) touched.add(id, 'company', mark)
    }
  }
}

const markOf = (name: string, record: unknown): Stamps => {
  const at = lastUpdated(record)
  return at === undefined ? {} : { [name]: at }
}

/** Finds the companies of changed children; returns those that belong to none. */
async function watchChildren<R extends CompanyRecord>(
  reading: Reading,
  context: PollContext,
  composition: Composition<R>,
  touched: Touched
): Promise<{ rejects: Reject[]; looked: { key: string; stamps: Stamps }[] }> {
  const { child, endpoint, watchFields, childBringsCompany, isRelevant } = composition
  const unowned = { rejects: [] as Reject[], looked: [] as { key: string; stamps: Stamps }[] }
  const keyOf = (id: string) => `${child}:${id}`
  const list = changesOf(reading, context, { endpoint, lacks: lacksCompany(child) }, watchFields)
  for await (const { records, unusable } of scan(list)) {
    const owners = records.map(({ company }) => referredId(company)!)
    const keys = [...records, ...unusable].map(({ id }) => keyOf(String(id)))
    const known = await context.known([...new Set([...owners, ...keys])])
    for (const [index, record] of records.entries()) {
      const owner = known.get(owners[index]!)
      const key = keyOf(record.id)
      const mark = markOf(key, record)
      if (isSame(owner?.stamps, mark) || isSame(known.get(key)?.stamps, mark)) continue
      // Of a client, one that takes no part and took none before (an inactive contact) changes nothing.
      const matters = owner?.takes ? isRelevant(record) || owner.stamps[key] !== undefined : childBringsCompany
      if (matters) touched.add(owners[index]!, key, mark)
    }
    for (const one of childBringsCompany ? unusable : []) {
      const key = keyOf(String(one.id))
      const mark = markOf(key, one.payload)
      if (isSame(known.get(key)?.stamps, mark)) continue
      unowned.rejects.push(noteOf(one))
      unowned.looked.push({ key, stamps: mark })
    }
  }
  return unowned
}

async function readTouched<R extends CompanyRecord>(
  reading: Reading,
  context: PollContext,
  composition: Composition<R>,
  touched: Touched,
  ids: readonly string[]
): Promise<PollPage<R>> {
  const known = await context.known(ids)
  const { records, rejects = [], gone } = await readCompanies(reading, composition, ids, false)
  const stamps = new Map(
    records.map(record => [record.company.id, record.unread?.length ? {} : composition.stamps(record)])
  )
  const looked = ids.flatMap(id =>
    [...touched.of(id)]
      // What the company itself does not keep has to be remembered by itself, or it would be read again and again.
      .filter(([key, mark]) => key !== 'company' && !isSame(stamps.get(id), mark))
      .map(([key, mark]) => ({ key, stamps: mark }))
  )
  const missing = gone.filter(id => !known.get(id)?.takes)
  return {
    records,
    rejects: [
      // Of one that cannot be sent no more came than its id.
      ...rejects.map(reject => ({ stamps: touched.of(reject.externalId ?? '').get('company') ?? {}, ...reject })),
      ...missing.map(id => ({
        reason: `A changed ${composition.child} belongs to company ${id}, which ConnectWise does not have.`,
        child: true
      }))
    ],
    gone: gone.filter(id => known.get(id)?.takes),
    looked
  }
}
