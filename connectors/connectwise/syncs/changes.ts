import type { Page, ReadContext, Reject } from '../../../plugins/connector/contract.ts'
import { moment } from '../api/conditions.ts'
import { endpoints } from '../api/endpoints.ts'
import { lastUpdated, type VendorRecord } from '../api/records.ts'
import { fullPage, scan } from '../api/scan.ts'
import { readChangedChildren } from './changed-children.ts'
import { asSyncCheckpoint, earlier, isSettled, wantedFrom, windowStart } from './checkpoint.ts'
import { readCompanies } from './companies-by-id.ts'
import { factsOf, isActiveCustomer } from './company-facts.ts'
import type { CompanyRecord, Composition, Reading } from './composition.ts'
import { PassedOver } from './passed-over.ts'

/**
 * Reads what changed since the checkpoint: one question for the children, one for the companies, and only for what
 * the store has not seen yet the records themselves. Neither question asks for a status or type, so that a company
 * that stops matching is seen. The one checkpoint is on the last page: answers come in the order of ids, not of time.
 */
export async function* readChanges<R extends CompanyRecord>(
  reading: Reading,
  context: ReadContext,
  composition: Composition<R>
): AsyncGenerator<Page<R>> {
  const startedAt = context.now()
  const { session, settings } = reading
  const before = asSyncCheckpoint(context.checkpoint!)
  const since = windowStart(before.mark)
  const wanted = wantedFrom(settings, before)
  const memory = { old: new PassedOver(since, before.passedOver), next: new PassedOver(since), mark: before.mark }
  const conditions = `lastUpdated>${moment(since)}`

  const children = await readChangedChildren(reading, context, composition, conditions, memory)
  const mark = earlier(startedAt, session.vendorDate).toISOString()
  const touched = children.touched
  let rejects: Reject[] = [...children.rejects]
  let bare: R[] = []
  let changed: CompanyRecord[] = []

  /** What a company read in this run leads to. @param isKnown the store has it as taking part. */
  const take = (company: VendorRecord, isKnown: boolean): void => {
    const record = { company, facts: factsOf(company, wanted) }
    if (!isKnown) for (const [key, at] of touched.get(company.id) ?? []) memory.next.add(key, at)
    touched.delete(company.id)
    // Not known and not matching: it is no client and becomes none.
    if (!isActiveCustomer(record.facts)) return void (isKnown && bare.push(composition.bare(record)))
    if (!isKnown) memory.next.add(`c${company.id}`, lastUpdated(company))
    changed.push(record)
  }
  const compose = async (gone: readonly string[] = []): Promise<Page<R>> => {
    const composed = await composition.compose(reading, changed)
    const page = { records: [...bare, ...composed.records], rejects: [...rejects, ...composed.rejects], gone }
    rejects = []
    bare = []
    changed = []
    return page
  }

  const query = { conditions, fields: composition.companyFields }
  for await (const page of scan({ session, endpoint: endpoints.companies, query })) {
    rejects.push(...page.rejects)
    const known = await context.known(page.records.map(({ id }) => id))
    for (const company of page.records) {
      const stamps = known.get(company.id)
      const at = lastUpdated(company)
      const isLookedAt = stamps
        ? stamps.company === at
        : memory.old.has(`c${company.id}`, at) && isActiveCustomer(factsOf(company, wanted))
      const isSeen = isLookedAt && at !== undefined && isSettled(at, before.mark)
      if (isSeen && !touched.has(company.id)) {
        if (!stamps) memory.next.add(`c${company.id}`, at)
      } else take(company, stamps !== undefined)
    }
    if (changed.length >= fullPage) yield compose()
  }

  const gone: string[] = []
  const others = [...touched.keys()]
  for (let at = 0; at < others.length; at += fullPage) {
    const ids = others.slice(at, at + fullPage)
    const known = await context.known(ids)
    const found = await readCompanies(session, ids, composition.companyFields)
    rejects.push(...found.rejects)
    for (const company of found.records) take(company, known.has(company.id))
    for (const id of found.gone) {
      if (known.has(id)) gone.push(id)
      else
        rejects.push({
          reason: `A changed ${composition.child} belongs to company ${id}, which ConnectWise does not have.`
        })
      for (const [key, changedAt] of touched.get(id)!) memory.next.add(key, changedAt)
    }
    if (changed.length >= fullPage) yield compose(gone.splice(0))
  }

  const last = changed.length > 0 ? await compose(gone) : { records: bare, rejects, gone }
  const { typeIds, statusIds } = before
  yield { ...last, checkpoint: { mark, typeIds, statusIds, passedOver: memory.next.toString() } }
}
