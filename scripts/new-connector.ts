/** `npm run connector:new -- NAME [FOLDER]`: a connector to be written, in connectors/ or as a package in a folder. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { writeConnector, writePackage } from './connector-template.ts'

const root = join(import.meta.dirname, '..')
const [name, folder, ...rest] = process.argv.slice(2)

try {
  if (!name || rest.length > 0 || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new Error(
      `npm run connector:new -- NAME [FOLDER]
  NAME    in kebab-case: part of routes and of stored data, never renamed
  FOLDER  makes a package of its own there; without it, connectors/NAME and test/connectors/NAME`
    )
  const files = folder ? writePackage(root, name, resolve(folder)) : writeConnector(root, name)
  for (const file of files) console.log(relative(process.cwd(), file))
  const biome = join(root, 'node_modules/.bin/biome')
  // Names are of different lengths, and lines break elsewhere.
  if (!folder && existsSync(biome)) execFileSync(biome, ['format', '--write', ...files], { cwd: root, stdio: 'pipe' })
  const test = `node_modules/.bin/node --import ./scripts/preload.js test/connectors/${name}/conformance.test.ts`
  console.log(`
What is left to do, in order, is the first thing that its test says; docs/write-a-connector.md explains each step:
  ${folder ? `cd ${relative(process.cwd(), resolve(folder))} && npm test` : test}`)
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
