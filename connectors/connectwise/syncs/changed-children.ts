import type { ReadContext, Reject } from '../../../plugins/connector/contract.ts'
import { lastUpdated, referredId } from '../api/records.ts'
import { scan } from '../api/scan.ts'
import { isSettled } from './checkpoint.ts'
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
  memory: { readonly old: PassedOver; readonly next: PassedOver; readonly mark: string }
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
        const stamp = stamps[`${composition.child}:${child.id}`]
        const isSeen = stamp !== undefined && stamp === at && isSettled(at, memory.mark)
        // One that takes no part and took none before (an inactive contact) changes nothing.
        const matters = composition.isRelevant(child) || stamp !== undefined
        if (!isSeen && matters) touch(companyId!, key, at)
      } else if (composition.childBringsCompany) {
        if (at !== undefined && memory.old.has(key, at) && isSettled(at, memory.mark)) memory.next.add(key, at)
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
