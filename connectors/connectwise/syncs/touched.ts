import type { Stamps } from '../../../plugins/connector/contract.ts'

/** Companies that are to be read, each with the changes that led to it: by stamp key, what tells one change from the next. */
export type Touched = Map<string, Map<string, Stamps>>

export function touch(touched: Touched, companyId: string, key: string, mark: Stamps): void {
  touched.set(companyId, (touched.get(companyId) ?? new Map<string, Stamps>()).set(key, mark))
}

/** Whether both name the same version; what has no mark at all is never the same. */
export function isSame(known: Stamps | undefined, mark: Stamps): boolean {
  const entries = Object.entries(mark)
  return entries.length > 0 && entries.every(([key, at]) => known?.[key] === at)
}
