import type { Connector, Resolved } from '../connector/contract.ts'
import { errors, withDetails } from '../errors.ts'
import type { DisposableContext } from '../outbound/vendor.ts'
import { vendorAnswer } from './vendor-answer.ts'

/** For two or three questions while a person waits. */
export const resolveDeadlineMs = 15_000

/**
 * What the context's settings mean at the vendor. The context ends with it.
 * @throws HOST_ERR_SETTINGS_INVALID with every name that means nothing, and those that would
 */
export async function resolveSettings(connector: Connector, context: DisposableContext): Promise<Resolved> {
  const resolution = await vendorAnswer(context, async () => connector.resolve?.(context))
  const problems = (resolution?.problems ?? []).map(problem => ({ ...problem, pointer: `/settings${problem.pointer}` }))
  if (problems.length > 0) throw withDetails(new errors.HOST_ERR_SETTINGS_INVALID(), { problems })
  return resolution?.resolved ?? {}
}
