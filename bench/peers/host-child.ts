/**
 * The host as one of the contenders: starts on the folder, installs Sync Active Customers and ends after its first
 * sync; on a folder that has an installation it asks for a sync instead.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startBenchHost } from '../bench-host.ts'

const folder = process.argv[2]!
const vendor = JSON.parse(await readFile(join(folder, 'vendor.json'), 'utf8'))
const known = join(folder, 'installation')
const installed = await readFile(known, 'utf8').catch(() => undefined)
await using bench = await startBenchHost(vendor, folder)
if (installed) await bench.sync(installed)
else {
  const [id] = await bench.install(['active-customers'])
  await bench.ended(id!)
  await writeFile(known, id!)
}
