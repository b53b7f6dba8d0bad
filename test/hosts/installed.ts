/** What is installed on a fleet, and how a test brings it to rest. */
import type { Caller } from '../bad-days/caller.ts'
import { installOver } from '../bad-days/whole-host.ts'
import type { Installable } from '../vendors/vendor.ts'
import { until } from './fleet.ts'

export interface Installed {
  readonly tenant: string
  readonly connectionId: string
  /** Of the installations, in the order of the sync types. */
  readonly ids: readonly string[]
  readonly syncTypes: readonly string[]
}

/** Both of ConnectWise PSA's sync types over the vendor's account, unless others are named. Does not wait for their runs. */
export async function install(
  host: Caller,
  tenant: string,
  vendor: Installable,
  syncTypes: readonly string[] = ['active-customers', 'active-agreements']
): Promise<Installed> {
  const { connectionId, ids } = await installOver(host, vendor, syncTypes, tenant)
  return { tenant, connectionId, ids, syncTypes }
}

async function installation(host: Caller, tenant: string, id: string): Promise<any> {
  return (await host.call('GET', `/v1/installations/${id}`, undefined, tenant)).body
}

/** Waits until each installation's last run has succeeded and nothing of it runs or waits. */
export async function settle(host: Caller, installed: readonly Installed[]): Promise<void> {
  for (const { tenant, ids } of installed) {
    for (const id of ids) {
      let seen: any
      const isSettled = async () => {
        seen = await installation(host, tenant, id)
        return seen.status === 'running' && !seen.currentRun && seen.lastRun?.status === 'succeeded'
      }
      await until(isSettled, () => `a succeeded run: ${JSON.stringify(seen)}`)
    }
  }
}

/** A run that was asked for. */
interface Asked {
  readonly tenant: string
  readonly id: string
  readonly runId: string
}

/** Asks for a run of each installation, and does not wait for it. */
export async function askAll(
  host: Caller,
  installed: readonly Installed[],
  mode: 'sync' | 'compare'
): Promise<readonly Asked[]> {
  const asked: Asked[] = []
  for (const { tenant, ids } of installed) {
    for (const id of ids) {
      const { status, body, text } = await host.call('POST', `/v1/installations/${id}/${mode}`, undefined, tenant)
      if (status !== 202) throw new Error(text)
      asked.push({ tenant, id, runId: body.runId })
    }
  }
  return asked
}

/** Waits until what was asked for, or a run that went on with it, has succeeded. */
export async function allEnded(host: Caller, asked: readonly Asked[]): Promise<void> {
  for (const { tenant, id, runId } of asked) {
    // Where it was interrupted another run went on; ids of runs are in the order of their beginnings. The last one may
    // be the row of a day's polls, which is older.
    const hasEnded = async () => {
      const { currentRun } = await installation(host, tenant, id)
      if (currentRun) return false
      const { body } = await host.call('GET', `/v1/installations/${id}/runs?limit=50`, undefined, tenant)
      return body.items.some((run: any) => run.status === 'succeeded' && run.id >= runId)
    }
    await until(hasEnded, () => `the end of ${runId}`)
  }
}

/** Asks for a run of each installation and waits until that, or one that went on with it, has succeeded. */
export async function runAll(host: Caller, installed: readonly Installed[], mode: 'sync' | 'compare'): Promise<void> {
  await allEnded(host, await askAll(host, installed, mode))
}
