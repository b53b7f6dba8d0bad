/** The memory of what a person has undone: an answer without what is not applied, as long as the vendor gives it. */
import { isDeepStrictEqual } from 'node:util'
import type { Contribution, LossField } from '../connector/contract.ts'
import { emptyProfile } from './profile-after.ts'
import type { Agreement } from './shapes/agreement.ts'
import type { ClientProfile } from './shapes/client.ts'
import type { ClientPart, ClientRecord, Undone, UndoneValue } from './stored-client.ts'
import type { Withheld } from './withheld.ts'

type ProfileField = keyof ClientProfile & LossField

interface Looking {
  readonly owns: readonly string[]
  readonly isKept: (field: LossField, id?: string) => boolean
  readonly withheld: Withheld
}

/** The answer with what is stored in the place of what was undone, and what of that it still gives. */
export function withoutUndone(
  contribution: Contribution,
  stored: ClientRecord,
  { values }: Undone,
  looking: Looking
): { readonly contribution: Contribution; readonly values: readonly UndoneValue[] } {
  const client: Record<string, unknown> = { ...contribution.client }
  const agreements = new Map((contribution.agreements ?? []).map(one => [one.externalId, one]))
  const still = values.filter(value =>
    value.agreement === undefined
      ? ofClient(client, stored, value, looking)
      : ofAgreement(agreements, stored, value, value.agreement, looking)
  )
  return {
    contribution: {
      ...contribution,
      client: client as Contribution['client'],
      ...(contribution.agreements && { agreements: [...agreements.values()] })
    },
    values: still
  }
}

/** @returns whether it is still given, or cannot be told */
function ofClient(
  client: Record<string, unknown>,
  stored: ClientRecord,
  { field, is }: UndoneValue,
  { owns, isKept, withheld }: Looking
): boolean {
  if (!owns.includes(field)) return false
  const isName = field === 'name'
  if (!isName && isKept(field as ProfileField)) return true
  const given = client[field] ?? emptyProfile[field as keyof ClientProfile]
  if (!isSame(given, is)) return false
  client[field] = stored.profile[field as keyof ClientProfile]
  if (!isName) withheld.leave(field, field as ProfileField)
  return true
}

function ofAgreement(
  agreements: Map<string, Agreement>,
  stored: ClientRecord,
  { field, is }: UndoneValue,
  id: string,
  { owns, isKept, withheld }: Looking
): boolean {
  const given = agreements.get(id)
  const here = stored.agreements.find(({ externalId }) => externalId === id)
  if (!owns.includes('agreements')) return false
  if (field === 'agreement') {
    // It was new with the run: it stays out as it was then.
    const stays = here === undefined && given !== undefined && isSame(given, is)
    if (stays) agreements.delete(id)
    return stays || isKept('agreements', id)
  }
  if (!here) return false
  const { key, of } = lossOf(field)
  if (isKept('agreements', id) || isKept(of, id)) return true
  if (!given) {
    if (field === 'status' && is === 'gone') {
      const { id: _id, updatedAt: _at, ...fields } = here
      agreements.set(id, fields)
    } else return false
  } else if (isSame(given[field as keyof Agreement] ?? null, is)) {
    agreements.set(id, { ...given, [field]: here[field as keyof Agreement] })
  } else return false
  withheld.leave(`${key}:${id}`, of, id)
  return true
}

/** Which loss a field of an agreement would be. */
function lossOf(field: string): { readonly key: string; readonly of: 'agreements' | 'cost' | 'vendor' } {
  if (['overallCost', 'currency', 'billingCycle', 'billedOnce'].includes(field)) return { key: 'cost', of: 'cost' }
  if (field === 'vendorName' || field === 'vendors') return { key: 'vendor', of: 'vendor' }
  return { key: 'agreement', of: 'agreements' }
}

/** Key of the loss that a field is kept by. */
export function lossKeyOf({ field, agreement }: Pick<UndoneValue, 'field' | 'agreement'>): string {
  return agreement === undefined ? field : `${lossOf(field).key}:${agreement}`
}

/** Whether the loss that the value would go by is among these. @param keys of losses */
export function waitsWith(value: UndoneValue, keys: readonly string[]): boolean {
  return (
    keys.includes(lossKeyOf(value)) || (value.agreement !== undefined && keys.includes(`agreement:${value.agreement}`))
  )
}

/** What is left of the memory; what was taken and is kept is part of it. */
export function stillUndone(
  undone: Undone | undefined,
  values: readonly UndoneValue[],
  kept: ClientPart['kept']
): Undone | undefined {
  if (!undone || (values.length === 0 && Object.keys(kept).length === 0)) return undefined
  return { ...undone, values, hash: null }
}

export function sameUndone(one: Undone | undefined, other: Undone | undefined): boolean {
  return (
    (one === undefined) === (other === undefined) &&
    one?.values.length === other?.values.length &&
    one?.hash === other?.hash
  )
}

/** Stored values have been texts: nothing in them is undefined. */
function isSame(given: unknown, stored: unknown): boolean {
  return isDeepStrictEqual(given === undefined ? null : JSON.parse(JSON.stringify(given)), stored)
}
