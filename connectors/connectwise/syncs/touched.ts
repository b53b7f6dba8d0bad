import type { Stamps } from '../../../plugins/connector/contract.ts'

/** Companies that are to be read, each with the changes that led to it. */
export class Touched {
  readonly #changes = new Map<string, Map<string, Stamps>>()

  /** @param key of the company or its child; `stamps` tell this change from the next one of the same key */
  add(companyId: string, key: string, stamps: Stamps): void {
    const changes = this.#changes.get(companyId) ?? new Map<string, Stamps>()
    this.#changes.set(companyId, changes.set(key, stamps))
  }

  get ids(): string[] {
    return [...this.#changes.keys()]
  }

  of(companyId: string): ReadonlyMap<string, Stamps> {
    return this.#changes.get(companyId) ?? new Map()
  }
}

/** Whether both name the same version; what has no mark at all is never the same. */
export function isSame(known: Stamps | undefined, stamps: Stamps): boolean {
  const entries = Object.entries(stamps)
  return entries.length > 0 && entries.every(([name, mark]) => known?.[name] === mark)
}
