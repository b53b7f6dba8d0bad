import { type CallContext, ConnectorFailure } from '../../../plugins/connector/contract.ts'
import type { Session } from '../api/session.ts'
import type { Settings } from '../settings.ts'
import { namesOf, quoted, readSetup, resolve } from '../syncs/wanted.ts'
import { inWords } from './failure-words.ts'
import { failed, type Outcome, passed } from './outcome.ts'

const name = 'type-and-status-found'

/** Whether the account has the type and the status that the settings name; many name the type "Client". */
export async function findTypeAndStatus(context: CallContext, session: Session): Promise<Outcome> {
  try {
    const setup = await readSetup(session)
    const wanted = resolve(context.settings as Settings, setup)
    const lists = [
      { what: 'type', names: wanted.types, ids: wanted.typeIds, has: setup.types, pointer: '/settings/types' },
      {
        what: 'status',
        names: wanted.statuses,
        ids: wanted.statusIds,
        has: setup.statuses,
        pointer: '/settings/statuses'
      }
    ]
    const problems = lists
      .filter(({ ids }) => ids.size === 0)
      .map(({ what, names, has, pointer }) => ({
        pointer,
        message: `ConnectWise has no company ${what} named ${quoted(names)}. It has: ${namesOf(has).join(', ')}.`
      }))
    if (problems.length === 0) return passed(name, 'The company types and statuses of the settings exist.')
    const message = problems.map(problem => problem.message).join(' ')
    return { ...failed(name, message, 'Choose among these names in the settings.'), problems }
  } catch (failure) {
    if (!(failure instanceof ConnectorFailure) && !context.signal.aborted) throw failure
    const { message, fix } = inWords(failure, context.signal)
    return failed(name, message, fix)
  }
}
