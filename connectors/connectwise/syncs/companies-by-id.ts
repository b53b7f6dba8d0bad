import type { Reject } from '../../../plugins/connector/contract.ts'
import { isId } from '../api/conditions.ts'
import { endpoints } from '../api/endpoints.ts'
import { type Found, readByIds } from '../api/read-by-ids.ts'
import type { VendorRecord } from '../api/records.ts'
import type { Session } from '../api/session.ts'

export interface CompaniesFound extends Found {
  /** Ids that the vendor does not have. */
  readonly gone: readonly string[]
}

/**
 * Companies by id, whatever their state. What is missing is asked for once more before it is called gone, since an
 * empty answer with status 200 would otherwise take clients away; and while a record without an id came, nothing is.
 */
export async function readCompanies(session: Session, ids: readonly string[], fields: string): Promise<CompaniesFound> {
  const ask = (some: readonly string[]) => readByIds(session, endpoints.companies, 'id', some, { fields })
  const first = await ask(ids.filter(isId))
  const missing = unanswered(ids, first)
  const again = missing.some(isId) ? await ask(missing.filter(isId)) : { records: [], rejects: [] }
  const records: VendorRecord[] = [...first.records, ...again.records]
  const rejects: Reject[] = [...first.rejects, ...again.rejects]
  const gone = unanswered(missing, again)
  if (rejects.every(({ externalId }) => externalId !== undefined)) return { records, rejects, gone }
  const reason = 'ConnectWise answered with a record without an id, which may be this company.'
  return { records, rejects: [...rejects, ...gone.map(externalId => ({ externalId, reason }))], gone: [] }
}

function unanswered(ids: readonly string[], { records, rejects }: Found): string[] {
  const answered = new Set([...records.map(({ id }) => id), ...rejects.map(({ externalId }) => externalId)])
  return ids.filter(id => !answered.has(id))
}
