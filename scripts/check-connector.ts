/** `npm run connector:check -- NAME`: holds a connector to what the suite promises, a line for each; exit 1 if its level is not kept. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkConnector } from '../test/conformance/check-connector.ts'

const [name, ...rest] = process.argv.slice(2)
if (name === undefined || rest.length > 0 || !/^[a-z][a-z0-9-]*$/.test(name)) {
  console.error('npm run connector:check -- NAME: the name of a folder in connectors/ or test/connectors/')
  process.exit(2)
}
const paths = [`connectors/${name}/index.ts`, `test/connectors/${name}/index.ts`]
const declaration = paths.find(path => existsSync(path))
const double = `test/connectors/${name}/suite-double.ts`
if (declaration === undefined) {
  console.error(`There is no connector ${name}: neither ${paths.join(' nor ')}`)
  process.exit(2)
}
if (!existsSync(double)) {
  console.error(
    `${name} has no double for the suite: ${double} exports startSuiteDouble (docs/write-a-connector.md, "Test it")`
  )
  process.exit(2)
}
const load = (path: string) => import(pathToFileURL(join(process.cwd(), path)).href)
const { connector } = (await load(declaration)).default
const { startSuiteDouble } = await load(double)
const kept = await checkConnector(connector, startSuiteDouble, line => console.log(line))
process.exit(kept ? 0 : 1)
