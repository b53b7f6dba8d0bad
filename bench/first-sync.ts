import type { Run } from '../plugins/storage/port.ts'
import { startBenchHost, wallMsOf } from './bench-host.ts'
import { type Sample, timed } from './pairs.ts'
import type { VendorProcess } from './vendor-process.ts'
import { makeWorkspace } from './workspace.ts'

export interface FirstSync extends Sample {
  /** Read, by the receipts of all its runs. */
  readonly records: number
  readonly requests: number
}

/** A whole host on an empty store, its sync types installed at once, to the end of their first syncs by their receipts. */
export async function syncFirst(
  vendor: VendorProcess,
  syncTypes: readonly string[],
  env: Readonly<Record<string, string>> = {}
): Promise<FirstSync> {
  await using folder = await makeWorkspace()
  await using bench = await startBenchHost(vendor, folder.path, env)
  let found = { wallMs: 0, records: 0, requests: 0 }
  const { cpuMs } = await timed(async () => {
    const ids = await bench.install(syncTypes)
    const runs: Run[] = []
    for (const id of ids) runs.push(await bench.ended(id))
    const sum = (one: (run: Run) => number) => runs.reduce((total, run) => total + one(run), 0)
    found = {
      wallMs: wallMsOf(runs),
      records: sum(run => run.counts.read),
      requests: sum(run => run.source.requests)
    }
  })
  return { ...found, cpuMs }
}
