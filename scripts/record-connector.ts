/** `npm run connector:record -- NAME --credentials FILE --out FOLDER`: samples of a real account, in which nobody is named. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { schemaProblems } from '../plugins/http/schemas/schema-problems.ts'
import { findConnector } from './find-connector.ts'
import { record } from './samples/record.ts'

const usage = `npm run connector:record -- NAME --credentials FILE --out FOLDER
  NAME           a folder of connectors/, or what CONNECTORS would name
  --credentials  JSON file with the fields of the install form; never written or shown
  --out          folder for the samples
  --settings     JSON file (default: the connector's defaults)
  --pages        pages read of each sync type (default: 3)
  --allow        what may be called beside the vendor's hosts, as in OUTBOUND_ALLOW
  --keep         a word of the vendor's that stays as it is (may be repeated)`

function readJson(path: string) {
  const text = readFileSync(path, 'utf8')
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes what it has stumbled over: a key, perhaps.
    throw new Error(`${path} is not JSON.`)
  }
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      credentials: { type: 'string' },
      out: { type: 'string' },
      settings: { type: 'string' },
      pages: { type: 'string', default: '3' },
      allow: { type: 'string', default: '' },
      keep: { type: 'string', multiple: true, default: [] }
    }
  })
  const [name] = positionals
  if (!name || positionals.length > 1 || !values.credentials || !values.out || !/^[1-9]\d*$/.test(values.pages))
    throw new Error(usage)
  const connector = await findConnector(name)
  const credentials = readJson(values.credentials)
  const [problem] = schemaProblems(connector.credentials, credentials, '')
  if (problem)
    throw new Error(`${values.credentials} does not fit the install form: ${problem.pointer} ${problem.message}.`)
  const files = await record(connector, {
    credentials,
    ...(values.settings && { settings: readJson(values.settings) }),
    pages: Number(values.pages),
    allow: values.allow,
    keep: values.keep,
    say: line => console.log(line)
  })
  mkdirSync(values.out, { recursive: true })
  for (const [file, text] of files) writeFileSync(join(values.out, file), text)
  console.log(`${files.size} files in ${values.out}. Read them before you hand them on.`)
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
