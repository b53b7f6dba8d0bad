/** What the names in the settings mean at the vendor. */
import { SettingUnresolved } from '../connector/failures.ts'
import { type Attempt, contextOf } from './attempt.ts'
import { commit } from './desk.ts'

/**
 * Asks once more what the names in the settings mean: a rule may fail because one of them has got another id. If one
 * means nothing any more a person is asked, and who would leave waits until it does; all else goes on.
 */
export async function asksForSettings(attempt: Attempt): Promise<boolean> {
  const { desk, run } = attempt
  if (!desk.syncType.rules.some(({ bySettings }) => bySettings)) return false
  try {
    await resolveSettings(attempt)
    return false
  } catch (error) {
    if (!(error instanceof SettingUnresolved)) throw error
    const since = desk.installation.attention?.since ?? desk.parts.now().toISOString()
    desk.asks = { code: error.code, detail: error.message, since }
    attempt.run = { ...run, notes: [...run.notes, `Who would leave by the settings stays: ${error.message}`] }
    return true
  }
}

/** @throws SettingUnresolved if one of them means nothing */
export async function resolveSettings(attempt: Attempt): Promise<void> {
  const { desk } = attempt
  const context = contextOf(attempt, 'look')
  try {
    const resolution = await desk.connector.resolve?.(context)
    if (!resolution) return
    const [problem] = resolution.problems
    if (problem) throw new SettingUnresolved(problem.message, problem.choices)
    if (JSON.stringify(resolution.resolved) === JSON.stringify(desk.installation.resolved)) return
    await commit(desk, { resolved: resolution.resolved })
  } finally {
    context.dispose()
  }
}
