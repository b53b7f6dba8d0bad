/** The outcomes of a validation, check by check. */
import type {
  AnnouncedCheck,
  CallContext,
  Resolved,
  SettingsResolution,
  Validation,
  ValidationCheck,
  ValidationProblem
} from '../contract.ts'
import {
  ConnectorFailure,
  CredentialsRejected,
  PermissionMissing,
  SourceUnavailable,
  SourceUnreadable
} from '../failures.ts'

export interface Outcome {
  readonly check: Omit<ValidationCheck, 'name'>
  readonly problems?: readonly ValidationProblem[]
  /** What was put right or found odd, shown beside the account's name. */
  readonly remark?: string
}

/** @param more what may be done all the same, and what to remark */
export function passed(
  message: string,
  { fix, remark }: { fix?: string | undefined; remark?: string | undefined } = {}
): Outcome {
  return {
    check: { status: 'passed', message, ...(fix !== undefined && { fix }) },
    ...(remark !== undefined && { remark })
  }
}

/** @param pointers the fields at fault; the message stands at each */
export function failed(message: string, fix: string, pointers: readonly string[] = []): Outcome {
  return {
    check: { status: 'failed', message, fix },
    problems: pointers.map(pointer => ({ pointer, message: `${message} ${fix}` }))
  }
}

export function skipped(message: string): Outcome {
  return { check: { status: 'skipped', message } }
}

/** Of a question that was not answered. */
export interface Otherwise {
  /** A failure that means something else here than always. */
  means?(failure: unknown): Outcome | undefined
  /** The fields that may be at fault, if it means what it always does. */
  readonly pointers?: readonly string[] | undefined
}

export interface Findings<Name extends string> {
  /** It is told at once. */
  add(name: Name, outcome: Outcome): void
  /**
   * Asks, and tells what it comes to; of questions that were not answered what that means for the person who waits.
   * @returns what the questions gave; undefined if they were not answered
   */
  ask<T>(
    name: Name,
    questions: () => Promise<T>,
    outcome: (found: T) => Outcome,
    otherwise?: Otherwise
  ): Promise<T | undefined>
  /** Whether the settings' names mean something. @returns what those mean that do */
  askNames(name: Name, resolve: () => Promise<SettingsResolution>, otherwise?: Otherwise): Promise<Resolved | undefined>
  /** The answer of `validate`, as far as the checks make it: what was never tried is told as skipped. */
  conclude(): Pick<Validation, 'valid' | 'checks' | 'problems' | 'remarks'>
}

/** Those of the checks that a connector announces. */
export type FindingsOf<Checks extends readonly AnnouncedCheck[]> = Findings<Checks[number]['name']>

/**
 * @param announced `Connector.checks`
 * @param words the vendor's name, and what a person can look at if it does not answer: "that the domain is right"
 */
export function openFindings<const Checks extends readonly AnnouncedCheck[]>(
  announced: Checks,
  { report, signal }: Pick<CallContext, 'report' | 'signal'>,
  words: { readonly vendor: string; readonly look: string }
): FindingsOf<Checks> {
  const byName = new Map<string, Outcome>()
  const checkOf = (name: string): ValidationCheck => ({ name, ...byName.get(name)!.check })
  const findings: Findings<string> = {
    add(name, outcome) {
      byName.set(name, outcome)
      report?.(checkOf(name))
    },
    async ask(name, questions, outcome, { means, pointers } = {}) {
      try {
        const found = await questions()
        findings.add(name, outcome(found))
        return found
      } catch (failure) {
        findings.add(name, means?.(failure) ?? unanswered(failure, signal, { ...words, pointers }))
        return undefined
      }
    },
    async askNames(name, resolve, otherwise) {
      const found = await findings.ask(name, resolve, ofNames, otherwise)
      return found?.resolved
    },
    conclude() {
      for (const { name } of announced)
        if (!byName.has(name)) findings.add(name, skipped('Not tried: an earlier check failed.'))
      const all = announced.map(({ name }) => byName.get(name)!)
      return {
        valid: all.every(({ check }) => check.status !== 'failed'),
        checks: announced.map(({ name }) => checkOf(name)),
        problems: all.flatMap(({ problems }) => problems ?? []),
        remarks: all.flatMap(({ remark }) => remark ?? [])
      }
    }
  }
  return findings
}

function ofNames({ problems }: SettingsResolution): Outcome {
  if (problems.length === 0) return passed('The names in the settings exist.')
  return {
    ...failed(problems.map(({ message }) => message).join(' '), 'Choose among these names in the settings.'),
    problems: problems.map(problem => ({ ...problem, pointer: `/settings${problem.pointer}` }))
  }
}

interface Words extends Pick<Otherwise, 'pointers'> {
  readonly vendor: string
  readonly look: string
}

/** What a call that ended without an answer means for the person who waits for it. */
function unanswered(failure: unknown, signal: AbortSignal, { vendor, look, pointers = [] }: Words): Outcome {
  const fix = `Check ${look} and that ${vendor} is up, and try again.`
  if (signal.aborted) return failed(`${vendor} did not answer within 10 seconds.`, fix, pointers)
  if (!(failure instanceof ConnectorFailure)) throw failure
  if (failure instanceof SourceUnreadable && failure.kind === 'html')
    return failed(`A web page came where the API of ${vendor} should be: it may be in maintenance.`, fix, pointers)
  if (failure instanceof SourceUnavailable && failure.code === 'HOST_ERR_SOURCE_THROTTLED')
    return failed(`${vendor} asks to wait: too many requests were sent.`, 'Try again in a minute.')
  if (failure instanceof CredentialsRejected) return failed(failure.message, 'Type the credentials again.')
  // Its words say already what to grant, and where.
  if (failure instanceof PermissionMissing) return failed(failure.message, 'Then try again.')
  return failed(failure.message, fix, pointers)
}
