import type { AnnouncedCheck, CallContext, Validation, ValidationCheck } from '../../../plugins/connector/contract.ts'

/** Every check, in the order in which they are shown. Names are part of the answer: never renamed. */
export const checks = [
  { name: 'host-reachable', title: 'The address answers' },
  { name: 'company-id-known', title: 'The company ID is known' },
  { name: 'credentials-accepted', title: 'The two keys are accepted' },
  { name: 'client-id-accepted', title: 'The client ID is accepted' },
  { name: 'companies-readable', title: 'Companies can be read' },
  { name: 'contacts-readable', title: 'Contacts can be read' },
  { name: 'agreements-readable', title: 'Agreements can be read' },
  { name: 'additions-readable', title: 'Additions to agreements can be read' },
  { name: 'product-catalogue-readable', title: 'The product catalogue can be read' },
  { name: 'type-and-status-found', title: 'Your customer type and active status are found' }
] as const satisfies readonly AnnouncedCheck[]
export type CheckName = (typeof checks)[number]['name']

export interface Outcome {
  readonly check: ValidationCheck & { readonly name: CheckName }
  readonly problems?: Validation['problems']
  /** What was put right or found odd, beside the account's name. */
  readonly remark?: string
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

/** The outcomes of one validation, each told as soon as it is there. */
export interface Findings {
  add(...outcomes: readonly Outcome[]): void
  /** In the order shown; what was never tried is told as skipped. */
  all(): readonly Outcome[]
}

export function openFindings({ report }: Pick<CallContext, 'report'>): Findings {
  const byName = new Map<CheckName, Outcome>()
  const add = (...outcomes: readonly Outcome[]) => {
    for (const outcome of outcomes) {
      byName.set(outcome.check.name, outcome)
      report?.(outcome.check)
    }
  }
  return {
    add,
    all() {
      for (const { name } of checks) if (!byName.has(name)) add(skipped(name, 'Not tried: an earlier check failed.'))
      return checks.map(({ name }) => byName.get(name)!)
    }
  }
}
