/** The checks of an install, each written to the draft as it ends, for whoever watches on whichever host. */
import type { FastifyBaseLogger } from 'fastify'
import type { Validation, ValidationCheck } from '../../connector/contract.ts'
import { replaceCredentials } from '../../integrations/connections/replace-credentials.ts'
import { settingsOf } from '../../integrations/settings.ts'
import { validate } from '../../integrations/validate.ts'
import type { Desk } from '../desk.ts'
import { changeDraft, credentialsOf, DraftGone, isUnderWay, type OpenDraft } from './drafts.ts'
import { explainFailureWords } from './failure-words.ts'
import type { Progress } from './progress.ts'
import type { FieldSchema } from './read-form.ts'

/** Begins them, unless they are under way; the page follows. */
export async function startChecks(desk: Desk, open: OpenDraft, log: FastifyBaseLogger): Promise<void> {
  let begun = false
  const now = await changeDraft(desk, open, current => {
    begun = !(current.progress.state === 'checking' && isUnderWay(current))
    if (!begun) return null
    const cleared = { problems: [], checks: [], account: null, remarks: [], filled: null, preview: null } as const
    return { progress: { ...current.progress, ...cleared, state: 'checking' } }
  })
  if (begun) void run(desk, now, log)
}

async function run(desk: Desk, open: OpenDraft, log: FastifyBaseLogger): Promise<void> {
  const { connector, progress, draft } = open
  const keep = keeper(desk, open)
  try {
    const told: ValidationCheck[] = []
    const report = (check: ValidationCheck) => {
      told.push(check)
      void keep({ checks: [...told] })
    }
    const credentials = credentialsOf(desk, open)
    if (progress.replaces !== null) {
      const { account } = await replaceCredentials(desk.host, draft.tenant, progress.replaces, credentials, log, {
        report
      })
      await keep({ state: 'passed', account: account.name })
      return
    }
    const settings = settingsOf(connector, progress.settings ?? undefined)
    await keep(outcomeOf(await validate(desk.host, connector, credentials, { settings, log, report })))
  } catch (error) {
    if (error instanceof DraftGone) return
    // Nobody waits for this: what is wrong is told by the draft.
    await keep(failureOf(open, error, log)).catch(() => undefined)
  }
}

/** Saves in order, and of several waiting changes the last alone. */
function keeper(desk: Desk, open: OpenDraft): (change: Partial<Progress>) => Promise<void> {
  let waiting: Partial<Progress> = {}
  let saving: Promise<void> = Promise.resolve()
  return change => {
    waiting = { ...waiting, ...change }
    saving = saving.then(async () => {
      if (Object.keys(waiting).length === 0) return
      const whole = waiting
      waiting = {}
      await changeDraft(desk, open, ({ progress }) => {
        // What was typed meanwhile has taken the place of what is checked here.
        return progress.state === 'checking' ? { progress: { ...progress, ...whole } } : null
      })
    })
    saving.catch(() => undefined)
    return saving
  }
}

function outcomeOf({ valid, checks, problems, account, remarks }: Validation): Partial<Progress> {
  const aboutFields = problems.filter(({ pointer }) => !pointer.startsWith('/settings'))
  // Names that the account does not have are chosen anew in the preview.
  const onlySettings = !valid && problems.length > 0 && aboutFields.length === 0
  return {
    state: valid || onlySettings ? 'passed' : 'failed',
    checks: checks.map(({ name, status, message, fix }) => ({ name, status, message, ...(fix && { fix }) })),
    problems: aboutFields.map(({ pointer, message }) => ({ pointer, message })),
    account: account?.name ?? null,
    remarks: [...(remarks ?? [])]
  }
}

interface Refusal {
  readonly code?: string
  readonly details?: {
    readonly checks?: readonly ValidationCheck[]
    readonly problems?: readonly { readonly pointer: string; readonly message: string }[]
  }
}

function failureOf({ connector }: OpenDraft, error: unknown, log: FastifyBaseLogger): Partial<Progress> {
  const { code, details = {} } = error as Refusal
  const { checks, problems = [] } = details
  // What is wrong with all of them together is said in the same words, which a summary says once.
  const isShared = problems.length > 1 && problems.every(({ message }) => message === problems[0]!.message)
  const titled = problems.map(({ pointer, message }) => {
    const field = pointer.replace(/^\/credentials/, '')
    const { title = field } = (connector.credentials.properties[field.slice(1)] ?? {}) as FieldSchema
    const whole = `${isShared ? 'This' : title} ${message}.`
    return { pointer: field, message: /^[a-z]/.test(message) ? whole : message }
  })
  if (code === 'HOST_ERR_SECRET_REQUIRED') {
    const never = 'Secrets are never sent to another address than the one they were typed for.'
    return { state: 'typed', problems: titled.map(one => ({ ...one, message: `${one.message} ${never}` })) }
  }
  const told = titled.length > 0 || checks?.some(({ status }) => status === 'failed')
  return {
    state: 'failed',
    ...(checks && checks.length > 0 && { checks }),
    problems: told ? titled : [{ pointer: '', message: explainFailureWords(error, log) }]
  }
}
