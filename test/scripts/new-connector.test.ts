import { execFile } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { writeConnector, writePackage } from '../../scripts/connector-template.ts'
import { leftToDo } from '../conformance/left-to-do.ts'

const root = join(import.meta.dirname, '../..')
const bin = (name: string) => join(root, 'node_modules/.bin', name)

interface Ran {
  readonly code: number
  readonly output: string
}

/** Without NODE_OPTIONS, by which the runner hands its loaders to every child: the compiler cannot be loaded by them. */
async function run(cwd: string, command: string, ...args: string[]): Promise<Ran> {
  try {
    const { stdout, stderr } = await promisify(execFile)('env', ['-u', 'NODE_OPTIONS', command, ...args], {
      cwd,
      maxBuffer: 64 * 2 ** 20
    })
    return { code: 0, output: stdout + stderr }
  } catch (failure) {
    const { code, stdout, stderr } = failure as { code: number; stdout: string; stderr: string }
    return { code, output: stdout + stderr }
  }
}

function folderOf(t: Test): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'written-')))
  t.teardown(() => rmSync(folder, { recursive: true }))
  return folder
}

/** The host's folders under another root, in which a connector may be written without being found by other tests. */
function hostCopy(t: Test): string {
  const folder = folderOf(t)
  for (const file of ['package.json', 'tsconfig.json', 'biome.json']) cpSync(join(root, file), join(folder, file))
  for (const path of ['plugins', 'scripts', 'node_modules', 'test/conformance'])
    link(join(root, path), join(folder, path))
  return folder
}

function link(to: string, from: string): void {
  mkdirSync(join(from, '..'), { recursive: true })
  symlinkSync(to, from)
}

/** The numbers of what is said to be left to do, in the order in which it is said. */
const stepsIn = (output: string) =>
  [...output.matchAll(/['"-] *"?(\d+)\. (\S+?):\d+: /g)].map(([, step]) => Number(step))

t.setTimeout(240_000)

t.test('a connector that was begun passes types and lint, and its test says in order what is left to do', async t => {
  const host = hostCopy(t)
  const files = writeConnector(host, 'fjord-ledger')
  t.ok(files.every(existsSync))
  const names = files.map(file => relative(host, file))
  t.same(
    names.filter(name => name.endsWith('index.ts')),
    ['connectors/fjord-ledger/index.ts']
  )
  t.notMatch(
    files.map(file => readFileSync(file, 'utf8')).join(''),
    /my.?vendor/i,
    'nothing of the template’s name is left'
  )

  const include = ['connectors', 'test/connectors']
  writeFileSync(join(host, 'tsconfig.new.json'), JSON.stringify({ extends: './tsconfig.json', include, exclude: [] }))
  t.strictSame(await run(host, bin('tsc'), '-p', 'tsconfig.new.json'), { code: 0, output: '' })
  await run(host, bin('biome'), 'format', '--write', 'connectors', 'test/connectors')
  const lint = await run(host, bin('biome'), 'check', '--error-on-warnings', 'connectors', 'test/connectors')
  t.equal(lint.code, 0, lint.output)

  const test = 'test/connectors/fjord-ledger/conformance.test.ts'
  const { code, output } = await run(host, process.execPath, '--import', './scripts/preload.js', test)
  t.not(code, 0)
  const [first = '', ...others] = output.split(/^# Subtest: /m).slice(1)
  t.match(first, /^nothing is left to do/)
  t.same(stepsIn(first), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])
  const [, second] = leftToDo(pathToFileURL(`${join(host, 'connectors/fjord-ledger')}/`))
  t.match(second, /^2\. .*form\.ts:3: a field .* secrets are writeOnly\.$/, 'in whole sentences')
  t.match(others[0], /declaration[\s\S]*^ok /m, 'its declaration is right from the start')
  t.match(others[2], /To do 5/, 'a promise that is broken names the step that it waits for')
  t.throws(() => writeConnector(host, 'fjord-ledger'), /already/, 'what is there is never written over')
})

t.test('a package that was begun in a folder of its own does so too', async t => {
  const folder = join(folderOf(t), 'fjord')
  const files = writePackage(root, 'fjord-ledger', folder)
  t.ok(files.some(file => file.endsWith('src/index.ts')))
  t.strictSame(await run(folder, bin('tsc')), { code: 0, output: '' })
  t.strictSame(await run(folder, bin('tsc'), '-p', 'tsconfig.build.json'), { code: 0, output: '' })
  t.ok(existsSync(join(folder, 'dist/index.js')))

  const { scripts, name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  t.equal(name, 'connector-fjord-ledger')
  const [, ...args] = scripts.test.split(' ').filter((word: string) => word !== '--test')
  const { code, output } = await run(folder, process.execPath, ...args.slice(0, -1), 'test/conformance.test.ts')
  t.not(code, 0)
  t.equal(stepsIn(output)[0], 1)
  t.match(output, /15\. README\.md:3/)
  t.throws(() => writePackage(root, 'fjord-ledger', folder), /not empty/)
})

t.test('a name that cannot be part of a route is refused, and says what may be', async t => {
  for (const name of ['Fjord', 'fjord_ledger', '-x', '', '../x']) {
    const { code, output } = await run(
      root,
      process.execPath,
      '--import',
      './scripts/preload.js',
      'scripts/new-connector.ts',
      name
    )
    t.equal(code, 1, name)
    t.match(output, /in kebab-case/)
  }
})
