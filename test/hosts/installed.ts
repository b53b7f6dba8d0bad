/** What is installed on a fleet, and how a test brings it to rest. */
import type { Caller } from '../bad-days/caller.ts'
import { credentialsFor } from '../bad-days/vendor.ts'
import { until } from './fleet.ts'

export interface Installed {
  readonly tenant: string
  readonly connectionId: string
  /** Of the installations, in the order of the sync types. */
  readonly ids: readonly string[]
  readonly syncTypes: readonly string[]
}

/** Both sync types over the vendor's account, unless fewer are named. Does not wait for their runs. */
export async function install(
  host: Caller,
  tenant: string,
  vendor: { readonly url: string },
  syncTypes: readonly string[] = ['active-customers', 'active-agreements']
): Promise<Installed> {
  const order = { credentials: credentialsFor(vendor.url), syncTypes }
  const { status, body, text } = await host.call('POST', '/v1/integrations/connectwise/install', order, tenant)
  if (status !== 201) throw new Error(text)
  return {
    tenant,
    connectionId: body.connectionId,
    ids: body.installations.map(({ id }: { id: string }) => id),
    syncTypes
  }
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

/** Asks for a run of each installation and waits until that, or one that went on with it, has succeeded. */
export async function runAll(host: Caller, installed: readonly Installed[], mode: 'sync' | 'compare'): Promise<void> {
  const asked: (readonly [tenant: string, id: string, runId: string])[] = []
  for (const { tenant, ids } of installed) {
    for (const id of ids) {
      const { status, body, text } = await host.call('POST', `/v1/installations/${id}/${mode}`, undefined, tenant)
      if (status !== 202) throw new Error(text)
      asked.push([tenant, id, body.runId])
    }
  }
  for (const [tenant, id, runId] of asked) {
    // Where it was interrupted another run went on; ids of runs are in the order of their beginnings.
    const hasEnded = async () => {
      const { currentRun, lastRun } = await installation(host, tenant, id)
      return !currentRun && lastRun?.status === 'succeeded' && lastRun.id >= runId
    }
    await until(hasEnded, () => `the end of ${runId}`)
  }
}
