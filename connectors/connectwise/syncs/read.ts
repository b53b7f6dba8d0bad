import { type CallContext, type Page, type ReadContext, text } from '../../../plugins/connector/contract.ts'
import { beginsWith } from '../api/conditions.ts'
import { endpoints } from '../api/endpoints.ts'
import { readFirstPage } from '../api/list.ts'
import { fullPage } from '../api/scan.ts'
import { folded } from '../mappings/references.ts'
import { readChanges } from './changes.ts'
import { readCompanies } from './companies-by-id.ts'
import { factsOf } from './company-facts.ts'
import { readCompletePass } from './complete-pass.ts'
import { type CompanyRecord, type Composition, openReading } from './composition.ts'
import { byName } from './wanted.ts'

/** SyncType.read of both sync types. A consumer that stops reading stops the calls that run ahead of it. */
export async function* read<R extends CompanyRecord>(
  context: ReadContext,
  composition: Composition<R>
): AsyncGenerator<Page<R>> {
  const stop = new AbortController()
  const reading = openReading(context, stop.signal)
  try {
    const goOn = context.mode === 'incremental' && context.checkpoint !== undefined
    yield* (goOn ? readChanges : readCompletePass)(reading, context, composition)
  } finally {
    stop.abort(new Error('nobody reads on'))
  }
}

/** SyncType.lookup: any company by its id, whatever its type and status. */
export async function* lookup<R extends CompanyRecord>(
  context: CallContext,
  ids: readonly string[],
  composition: Composition<R>
): AsyncGenerator<Page<R>> {
  const reading = openReading(context)
  const wanted = byName(reading.settings)
  for (let at = 0; at < ids.length; at += fullPage) {
    const asked = ids.slice(at, at + fullPage)
    const found = await readCompanies(reading.session, asked, composition.companyFields)
    const companies = found.records.map(company => ({ company, facts: factsOf(company, wanted) }))
    const composed = await composition.compose(reading, companies)
    yield {
      records: composed.records,
      rejects: [...found.rejects, ...composed.rejects],
      gone: found.gone
    }
  }
}

/** Asked for more than are returned: the vendor's wildcards may bring names that do not begin so. */
const candidates = 50
const returned = 10

/** SyncType.search: the exact name first, then names that begin so. */
export async function search<R extends CompanyRecord>(
  context: CallContext,
  name: string,
  composition: Composition<R>
): Promise<readonly R[]> {
  const wantedName = folded(name)
  if (wantedName === '') return []
  const reading = openReading(context)
  const found = await readFirstPage(reading.session, endpoints.companies, {
    conditions: beginsWith('name', name.trim()),
    fields: composition.companyFields,
    orderBy: 'name asc',
    pageSize: candidates
  })
  const nameOf = (company: (typeof found)[number]) => folded(text(company.name) ?? '')
  const isExact = (company: (typeof found)[number]) => nameOf(company) === wantedName
  const wanted = byName(reading.settings)
  const companies = found
    .filter(company => nameOf(company).startsWith(wantedName))
    .toSorted((a, b) => Number(isExact(b)) - Number(isExact(a)))
    .slice(0, returned)
    .map(company => ({ company, facts: factsOf(company, wanted) }))
  return (await composition.compose(reading, companies)).records
}

/** What SyncType.facts says of every company. */
export function companyFacts({ company, facts }: CompanyRecord) {
  return {
    name: text(company.name) ?? '',
    id: company.id,
    identifier: text(company.identifier),
    types: facts.types,
    status: facts.status,
    deletedOrMerged: facts.deleted
  }
}
