import { type CallContext, text } from '../../../plugins/connector/contract.ts'
import { beginsWith } from '../api/conditions.ts'
import { endpoints } from '../api/endpoints.ts'
import { readFirstPage } from '../api/list.ts'
import type { VendorRecord } from '../api/records.ts'
import { folded } from '../mappings/references.ts'
import { compose } from './children.ts'
import { factsOf } from './company-facts.ts'
import { type CompanyRecord, type Composition, openReading } from './composition.ts'

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
  const reading = openReading(context, composition)
  const found = await readFirstPage(reading.session, endpoints.companies, {
    conditions: beginsWith('name', name.trim()),
    fields: composition.companyFields,
    orderBy: 'name asc',
    pageSize: candidates
  })
  const nameOf = (company: VendorRecord) => folded(text(company.name) ?? '')
  const isExact = (company: VendorRecord) => nameOf(company) === wantedName
  const companies = found
    .filter(company => nameOf(company).startsWith(wantedName))
    .toSorted((a, b) => Number(isExact(b)) - Number(isExact(a)))
    .slice(0, returned)
    .map(company => ({ company, facts: factsOf(company, reading.wanted) }))
  return (await compose(reading, companies, { all: true })).records
}
