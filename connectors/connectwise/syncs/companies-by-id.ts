import type { CallContext, Page, Reject } from '../../../plugins/connector/contract.ts'
import { isId } from '../api/conditions.ts'
import { endpoints } from '../api/endpoints.ts'
import { type Answer, readByIds } from '../api/read-by-ids.ts'
import { lastUpdated, type Unusable } from '../api/records.ts'
import { fullPage } from '../api/scan.ts'
import { compose } from './children.ts'
import { factsOf, isActiveCustomer, lacksFacts } from './company-facts.ts'
import { type CompanyRecord, type Composition, openReading, type Reading } from './composition.ts'

/** A company that cannot be used. */
export function toReject({ id, reason, payload }: Unusable): Reject {
  const company = lastUpdated(payload)
  return {
    reason,
    payload,
    ...(id === undefined ? {} : { externalId: id }),
    ...(company === undefined ? {} : { stamps: { company } })
  }
}

/**
 * Companies by id, whatever their state, with all of their children, those too that take no part; so a child that takes
 * no part any more is listed, and not absent. What is missing is asked for once more before it is called gone, since an
 * empty answer with status 200 would otherwise take clients away; and while a record without an id came, nothing is.
 * @param everyone with children even if the company itself takes no part
 */
export async function readCompanies<R extends CompanyRecord>(
  reading: Reading<R>,
  ids: readonly string[],
  everyone: boolean
): Promise<Page<R> & { readonly gone: readonly string[] }> {
  const { session, wanted, composition } = reading
  const query = { fields: composition.companyFields }
  const list = { session, endpoint: endpoints.companies, query, lacks: lacksFacts }
  const first = await readByIds(list, 'id', ids.filter(isId))
  const again = await readByIds(list, 'id', unanswered(ids, first).filter(isId))
  const answers = [...first, ...again]
  const unusable = answers.flatMap(answer => answer.unusable)
  const companies = answers.flatMap(({ records }) =>
    records.map(company => ({ company, facts: factsOf(company, wanted) }))
  )
  const takesPart = ({ facts }: CompanyRecord) => everyone || isActiveCustomer(facts)
  const { records } = await compose(reading, companies.filter(takesPart), { all: true })
  return {
    records: [...companies.filter(record => !takesPart(record)).map(composition.bare), ...records],
    rejects: unusable.map(toReject),
    gone: unusable.some(({ id }) => id === undefined) ? [] : unanswered(ids, answers)
  }
}

function unanswered(ids: readonly string[], answers: readonly Answer[]): string[] {
  const answered = new Set(answers.flatMap(({ records, unusable }) => [...records, ...unusable].map(({ id }) => id)))
  return ids.filter(id => !answered.has(id))
}

/** SyncType.lookup: any company by its id, whatever its type and status. */
export async function* lookup<R extends CompanyRecord>(
  context: CallContext,
  ids: readonly string[],
  composition: Composition<R>
): AsyncGenerator<Page<R>> {
  const reading = openReading(context, composition)
  for (let at = 0; at < ids.length; at += fullPage) yield readCompanies(reading, ids.slice(at, at + fullPage), true)
}
