import type { Stamps } from '../../contract.ts'

/** Parents that are to be read, each with the changes that led to it by their keys. */
export type Touched = Map<string, Map<string, Stamps>>

/** @param key of the parent or its child; `stamps` tell this change from the next one of the same key */
export function touch(touched: Touched, parent: string, key: string, stamps: Stamps): void {
  const changes = touched.get(parent) ?? new Map<string, Stamps>()
  touched.set(parent, changes.set(key, stamps))
}

/** Whether both name the same version; what has no mark at all is never the same. */
export function isSame(known: Stamps | undefined, stamps: Stamps): boolean {
  const entries = Object.entries(stamps)
  return entries.length > 0 && entries.every(([name, mark]) => known?.[name] === mark)
}
