/** What the reads of a connector give over calls to a double, noted as a store would keep it. */
import type { Test } from 'tap'
import type { Connector, SyncType } from '../../plugins/connector/contract.ts'
import { type Notebook, openNotebook, readPass } from '../conformance/connector/notebook.ts'
import type { VendorCalls } from '../conformance/connector/vendor-call.ts'

interface Called {
  readonly calls: VendorCalls
}

interface Instance extends Called {
  readonly server: { readonly requests: readonly unknown[]; resetLog(): void }
}

const day = 24 * 3600_000

/** @typeParam Name of a sync type of the connector */
export function readsOf<Name extends string>({ syncTypes: declared }: Pick<Connector, 'syncTypes'>) {
  const syncTypes = Object.fromEntries(declared.map(syncType => [syncType.name, syncType])) as Record<Name, SyncType>
  return {
    syncTypes,

    fullRead: ({ calls }: Called, name: Name): Promise<Notebook> => readPass(syncTypes[name], calls.call()),

    /** One tick over what `kept` holds; it is changed as a store would be. Returns what came in this tick alone. */
    async tick({ calls }: Called, name: Name, kept: Notebook, since = new Date(Date.now() - day)): Promise<Notebook> {
      const came = openNotebook(syncTypes[name])
      const { memo, known } = kept
      for await (const page of syncTypes[name].poll(calls.poll({ since, memo, known, roster: kept.roster() }))) {
        kept.take(page)
        came.take(page)
      }
      return came
    },

    /** The records of these ids, as a look-up gives them. */
    async lookUp({ calls }: Called, name: Name, ids: readonly string[]): Promise<Notebook> {
      const found = openNotebook(syncTypes[name])
      for await (const page of syncTypes[name].lookup(calls.call(), ids)) found.take(page)
      return found
    },

    /** Each preview counts what a pass then brings, for about as many requests as it has foretold. */
    async previewsAgree(t: Test, { calls, server }: Instance): Promise<void> {
      for (const syncType of Object.values<SyncType>(syncTypes)) {
        const { counts, expectedRequests } = await syncType.preview(calls.call())
        server.resetLog()
        const kept = await readPass(syncType, calls.call())
        t.equal(counts.matched, kept.clients.size)
        const spent = server.requests.length
        t.ok(Math.abs(expectedRequests - spent) <= Math.max(3, spent * 0.5), `${expectedRequests}, ${spent}`)
      }
    }
  }
}
