import { DatabaseSync } from 'node:sqlite'
import { startBenchHost } from '../bench-host.ts'
import type { FigureOptions, Measured } from '../figure.ts'
import { companiesFor, startVendor } from '../vendor-process.ts'
import { makeWorkspace } from '../workspace.ts'

const syncTypes = ['active-customers', 'active-agreements']

export default {
  name: 'no-change-tick',
  goal: 'a tick without changes: 1 request for each endpoint watched, 0 record writes',
  async run({ small, say }: FigureOptions): Promise<Measured> {
    await using vendor = await startVendor({ companies: companiesFor(small ? 500 : 10_000) })
    await using folder = await makeWorkspace()
    await using bench = await startBenchHost(vendor, folder.path)
    const ids = await bench.install(syncTypes)
    for (const id of ids) await bench.ended(id)

    const writesBefore = countWrites(folder.path)
    await vendor.order({ resetCounts: true })
    const runs = []
    for (const id of ids) runs.push(await bench.sync(id))
    const asked = await vendor.order({})
    const writes = countWrites(folder.path) - writesBefore
    const requests = runs.reduce((sum, run) => sum + run.source.requests, 0)
    const ms = runs.reduce((sum, run) => sum + Date.parse(run.endedAt!) - Date.parse(run.startedAt), 0)
    say(JSON.stringify(asked))
    // Each sync type watches companies and its own children; agreements look at additions in rotation besides.
    const watched = 2 * syncTypes.length + 1
    return {
      value: requests,
      shown: `${requests} requests for ${watched} watched lists, ${writes} record writes`,
      met: requests <= watched && writes === 0,
      ceiling: null,
      details: { requests, recordWrites: writes, wallMs: ms, ...asked },
      note: 'Both sync types one after the other, each watching companies and its children (contacts; agreements and a rotation through additions); in a tick that is due for both companies are asked about once, which makes 4; writes are the growth of all clients’ revisions in the file.'
    }
  }
}

/** Each write of a client makes its revision larger by one. */
function countWrites(folder: string): number {
  const sqlite = new DatabaseSync(`${folder}/host.db`, { readOnly: true })
  const { writes } = sqlite.prepare('SELECT coalesce(sum(rev), 0) AS writes FROM clients').get()!
  sqlite.close()
  return Number(writes)
}
