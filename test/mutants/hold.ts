/** Holds the connector of the folder it is started in to its promises, until one is broken: CONNECTOR [PROMISE SYNC-TYPE]. */
import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisesOf } from '../conformance/connector/promises.ts'
import type { Tried } from './try-mutant.ts'

const [, , name = '', promise, syncType] = process.argv
const urlOf = (path: string) => pathToFileURL(join(process.cwd(), path)).href
const load = (path: string) => import(urlOf(path))

// The kit by its name is that of the copy: the defect may be there.
registerHooks({
  resolve: (specifier, context, nextResolve) =>
    specifier === 'integration-host/connector/kit'
      ? { url: urlOf('plugins/connector/kit/index.ts'), shortCircuit: true }
      : nextResolve(specifier, context)
})

const own = `connectors/${name}/index.ts`
const { connector } = (await load(existsSync(own) ? own : `test/${own}`)).default
const { startSuiteDouble } = await load(`test/connectors/${name}/suite-double.ts`)

let tried: Tried = { broken: null }
let held = 0
for (const one of promisesOf(connector, startSuiteDouble)) {
  if (promise !== undefined && (one.id !== promise || (one.syncType ?? '') !== syncType)) continue
  held++
  const wrong = await one.hold()
  if (wrong.length === 0) continue
  tried = { broken: { id: one.id, syncType: one.syncType, wrong: wrong.slice(0, 3) } }
  break
}
if (held === 0) throw new Error(`There is no promise ${promise} of ${syncType || name}`)
console.log(JSON.stringify(tried))
process.exit(0)
