import { type Agreement, type Contribution, RecordRejected, text } from '../contract.ts'

/** A client without a name can be shown to nobody, so such a company is set aside. @throws RecordRejected */
export function clientNameOf(id: string, typed: unknown): string {
  const name = text(typed)
  if (name === null) throw new RecordRejected(`Company ${id} has no name.`)
  return name
}

/**
 * Agreements as they are on a day, in the order of their ids.
 * @param asOf today, UTC; @param changesOn the first day after it on which one is another, as far as it can be foreseen
 */
export function agreementsOn<C>(
  composed: readonly C[],
  asOf: string,
  toAgreement: (one: C, on: string) => Agreement,
  changesOn: (one: C) => string | undefined
): Pick<Contribution, 'agreements' | 'changesOn'> {
  const agreements = composed
    .map(one => toAgreement(one, asOf))
    .toSorted((a, b) => Number(a.externalId) - Number(b.externalId))
  const [first] = composed
    .map(changesOn)
    .filter(date => date !== undefined)
    .sort()
  return { agreements, ...(first === undefined ? {} : { changesOn: first }) }
}
