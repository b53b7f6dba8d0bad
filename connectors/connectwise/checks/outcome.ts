import type { ValidationCheck } from '../../../plugins/connector/contract.ts'

/** Every check, in the order in which they are shown. Names are part of the answer: never renamed. */
export const checkNames = [
  'host-reachable',
  'company-id-known',
  'credentials-accepted',
  'client-id-accepted',
  'companies-readable',
  'contacts-readable',
  'agreements-readable',
  'additions-readable',
  'product-catalogue-readable',
  'type-and-status-found'
] as const
export type CheckName = (typeof checkNames)[number]

export interface Outcome {
  readonly check: ValidationCheck & { readonly name: CheckName }
  readonly problems?: readonly { readonly pointer: string; readonly message: string }[]
}

export function passed(name: CheckName, message: string, fix?: string): Outcome {
  return { check: { name, status: 'passed', message, ...(fix === undefined ? {} : { fix }) } }
}

/** @param pointers the fields at fault; the message stands at each. */
export function failed(name: CheckName, message: string, fix: string, pointers: readonly string[] = []): Outcome {
  return {
    check: { name, status: 'failed', message, fix },
    problems: pointers.map(pointer => ({ pointer, message: `${message} ${fix}` }))
  }
}

export function skipped(name: CheckName, message: string): Outcome {
  return { check: { name, status: 'skipped', message } }
}
