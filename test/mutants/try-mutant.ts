/** Puts a defect into a copy of its connector, and holds the copy to a promise of the suite. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Mutant } from './mutant.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))

export interface Tried {
  /** The first promise that was broken; null: the suite noticed nothing. */
  readonly broken: { readonly id: string; readonly syncType: string | null; readonly wrong: readonly string[] } | null
}

/** What is linked; the connector, its double for the suite and the kit are copied. Everything else stays one and the same. */
const linked = ['node_modules', 'scripts', 'package.json', 'test/conformance', 'test/doubles']

type Only = Pick<Mutant, 'caughtBy' | 'syncType'>

/** @param only the promise that it is held to; absent: all, in their order, until one is broken */
export function tryMutant(mutant: Mutant, only?: Only): Promise<Tried> {
  return tryCopy(mutant.connector, only, root => patch(join(root, mutant.file), mutant))
}

/** @param change what is done to the copy; absent: nothing, and it has to keep its promises */
export async function tryCopy(
  connector: Mutant['connector'],
  only?: Only,
  change?: (root: string) => Promise<void>
): Promise<Tried> {
  const root = await mkdtemp(join(tmpdir(), 'mutant-'))
  try {
    await copyInto(root, connector)
    await change?.(root)
    return await hold(root, connector, only)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

async function copyInto(root: string, connector: Mutant['connector']): Promise<void> {
  const link = (path: string) => symlink(join(repository, path), join(root, path))
  const copy = (path: string) => cp(join(repository, path), join(root, path), { recursive: true })
  for (const folder of ['connectors', 'test/connectors', 'plugins/connector'])
    await mkdir(join(root, folder), { recursive: true })
  await Promise.all(linked.map(link))
  await linkBut('plugins', 'connector')
  await linkBut('plugins/connector', 'kit')
  // The tests of another connector are linked too, what all of them share lies between them.
  await linkBut('test/connectors', connector)
  await copy('plugins/connector/kit')
  await copy(`test/connectors/${connector}`)
  if (connector !== 'acme-desk') await copy(`connectors/${connector}`)

  async function linkBut(folder: string, one: string): Promise<void> {
    const names = await readdir(join(repository, folder))
    await Promise.all(names.filter(name => name !== one).map(name => link(join(folder, name))))
  }
}

async function patch(file: string, mutant: Mutant): Promise<void> {
  await writeFile(file, mutated(await readFile(file, 'utf8'), mutant))
}

/** @throws if the place is not there, or not only there: the mutant has to follow the code */
export function mutated(source: string, { defect, connector, file, find, put }: Mutant): string {
  const places = source.split(find).length - 1
  if (places !== 1) throw new Error(`${connector}, "${defect}": what it changes stands ${places} times in ${file}`)
  if (find === put) throw new Error(`${connector}, "${defect}" changes nothing`)
  return source.replace(find, () => put)
}

async function hold(root: string, connector: Mutant['connector'], only?: Only): Promise<Tried> {
  const script = join(repository, 'test/mutants/hold.ts')
  const preload = join(repository, 'scripts/preload.js')
  const args = ['--import', preload, script, connector, ...(only ? [only.caughtBy, only.syncType ?? ''] : [])]
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  const [said, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  const last = said.trim().split('\n').at(-1) ?? ''
  if (child.exitCode !== 0 || !last.startsWith('{'))
    throw new Error(`It did not come to an end: ${errors.slice(0, 1000)}`)
  return JSON.parse(last)
}
