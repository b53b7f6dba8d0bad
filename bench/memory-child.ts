/** A host in a process of its own that syncs one account and tells its memory while it does. Started with --expose-gc. */
import { startBenchHost } from './bench-host.ts'
import type { MemoryUse } from './memory-growth.ts'
import type { VendorProcess } from './vendor-process.ts'

const { vendor, folder, env } = JSON.parse(process.argv[2]!) as {
  vendor: VendorProcess
  folder: string
  env: Record<string, string>
}
const MiB = 2 ** 20
const collect = globalThis.gc!
await using bench = await startBenchHost(vendor, folder, env)
collect()
const idle = process.memoryUsage().rss
let peak = idle
const timer = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss())
}, 20)
const [id] = await bench.install(['active-customers'])
const run = await bench.ended(id!)
clearInterval(timer)
collect()
const { rss, heapUsed } = process.memoryUsage()
const use: MemoryUse = {
  records: run.counts.read,
  idleMiB: idle / MiB,
  peakMiB: peak / MiB,
  afterMiB: rss / MiB,
  heapAfterMiB: heapUsed / MiB
}
process.send!(use)
process.disconnect()
