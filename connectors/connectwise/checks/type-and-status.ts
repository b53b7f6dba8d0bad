import { type CallContext, ConnectorFailure, PermissionMissing } from '../../../plugins/connector/contract.ts'
import type { Session } from '../api/session.ts'
import { howToGrant } from '../permissions.ts'
import { readSetup, resolveWith } from '../resolve.ts'
import type { Settings } from '../settings.ts'
import { inWords } from './failure-words.ts'
import { failed, type Outcome, passed } from './outcome.ts'

const name = 'type-and-status-found'

export interface TypeAndStatus {
  readonly outcome: Outcome
  /** Of those names that exist; empty if none does, or if the tables cannot be read. */
  readonly resolved: CallContext['resolved']
}

/** Whether the account has every type and status that the settings name; many name the type "Client". */
export async function findTypeAndStatus(context: CallContext, session: Session): Promise<TypeAndStatus> {
  try {
    const setup = await readSetup(session)
    const { resolved, problems } = resolveWith(context.settings as Settings, setup, context.resolved)
    if (problems.length === 0) {
      return { outcome: passed(name, 'The company types and statuses of the settings exist.'), resolved }
    }
    const message = problems.map(problem => problem.message).join(' ')
    const outcome = {
      ...failed(name, message, 'Choose among these names in the settings.'),
      problems: problems.map(problem => ({ ...problem, pointer: `/settings${problem.pointer}` }))
    }
    return { outcome, resolved }
  } catch (failure) {
    if (!(failure instanceof ConnectorFailure) && !context.signal.aborted) throw failure
    const { message, fix } =
      failure instanceof PermissionMissing
        ? { message: 'ConnectWise does not show the company types and statuses.', fix: howToGrant('setupTables') }
        : inWords(failure, context.signal)
    return { outcome: failed(name, message, fix), resolved: {} }
  }
}
