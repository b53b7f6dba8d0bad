import type { ReadContext, Reject } from '../../../plugins/connector/contract.ts'
import { lastUpdated, referredId, type VendorRecord } from '../api/records.ts'
import { scan } from '../api/scan.ts'
import type { CompanyRecord, Composition, Reading } from './composition.ts'
import type { PassedOver } from './passed-over.ts'

export interface ChangedChildren {
  /** Companies to be read for their children's sake, each with the changes that led to it. */
  readonly touched: Map<string, [key: string, lastUpdated: string | undefined][]>
  readonly rejects: readonly Reject[]
}

/** Asks which children changed and keeps those whose change the store has not seen: ids alone, however many there are. */
export async function readChangedChildren<R extends CompanyRecord>(
  { session }: Reading,
  { known }: ReadContext,
  composition: Composition<R>,
  conditions: string,
  memory: { readonly old: PassedOver; readonly next: PassedOver }
): Promise<ChangedChildren> {
  const touched: ChangedChildren['touched'] = new Map()
  const rejects: Reject[] = []
  const query = { conditions, fields: composition.childWatchFields }
  for await (const page of scan({ session, endpoint: composition.children, query })) {
    const companies = page.records.map(({ company }) => referredId(company)).filter(id => id !== undefined)
    const stampsOf = await known([...new Set(companies)])
    for (const child of page.records) {
      const companyId = referredId(child.company)
      const at = lastUpdated(child)
      const key = `a${child.id}`
      const stamps = companyId === undefined ? undefined : stampsOf.get(companyId)
      if (stamps) {
        if (hasChanged(composition, child, at, stamps[`${composition.child}:${child.id}`])) touch(companyId!, key, at)
      } else if (composition.childBringsCompany) {
        if (memory.old.has(key, at)) memory.next.add(key, at)
        else if (companyId !== undefined) touch(companyId, key, at)
        else {
          rejects.push({ reason: `The ${composition.child} ${child.id} belongs to no company.`, payload: child })
          memory.next.add(key, at)
        }
      }
    }
  }

  function touch(companyId: string, key: string, at: string | undefined): void {
    const changes = touched.get(companyId) ?? []
    changes.push([key, at])
    touched.set(companyId, changes)
  }
  return { touched, rejects }
}

function hasChanged<R extends CompanyRecord>(
  composition: Composition<R>,
  child: VendorRecord,
  at: string | undefined,
  stamp: string | undefined
): boolean {
  // One that takes no part and took none before (an inactive contact) changes nothing.
  if (!composition.isRelevant(child)) return stamp !== undefined
  return at === undefined || stamp !== at
}
