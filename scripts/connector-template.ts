/** Writes the files of scripts/connector-template/ for a vendor: where they go, and what is replaced in them. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const template = join(import.meta.dirname, 'connector-template')

interface Replacement {
  readonly from: string
  readonly to: string
}

/** @param root of the host @returns the files written @throws if there is such a connector already */
export function writeConnector(root: string, name: string): string[] {
  const source = join(root, 'connectors', name)
  const test = join(root, 'test/connectors', name)
  const words = [...wordsOf(name), { from: '../source/', to: `../../../connectors/${name}/` }]
  return [...copy('source', source, words), ...copy('test', test, words)]
}

/** A package like examples/connector-package. @param folder absolute @returns the files written @throws if it is not empty */
export function writePackage(root: string, name: string, folder: string): string[] {
  const example = join(root, 'examples/connector-package')
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new Error(`${folder} is not empty.`)
  const words = [...wordsOf(name), { from: '../source/', to: '../src/' }]
  const files = [...copy('source', join(folder, 'src'), words), ...copy('test', join(folder, 'test'), words)]
  renameSync(join(folder, 'src/README.md'), join(folder, 'README.md'))
  const ofPackage = [
    { from: '../../', to: `${relative(folder, root)}/` },
    { from: 'lantern-desk', to: name },
    { from: 'Lantern Desk, an invented vendor,', to: titleOf(name) },
    { from: ': how a connector lives in a package of its own', to: '' }
  ]
  for (const file of ['package.json', 'tsconfig.json', 'tsconfig.build.json'])
    files.push(write(join(example, file), join(folder, file), ofPackage))
  // Outside of the host its test runner is Node's own.
  const ofTest = [...words, { from: '../test/', to: './' }]
  write(join(template, 'package/conformance.test.ts'), join(folder, 'test/conformance.test.ts'), ofTest)
  return files.filter(file => existsSync(file)).concat(join(folder, 'README.md'))
}

function copy(part: 'source' | 'test', to: string, words: readonly Replacement[]): string[] {
  if (existsSync(to)) throw new Error(`There is ${to} already.`)
  return readdirSync(join(template, part)).map(file => write(join(template, part, file), join(to, file), words))
}

function write(from: string, to: string, words: readonly Replacement[]): string {
  let text = readFileSync(from, 'utf8')
  for (const word of words) text = text.replaceAll(word.from, word.to)
  mkdirSync(dirname(to), { recursive: true })
  writeFileSync(to, text)
  return to
}

const titleOf = (name: string) =>
  name
    .split('-')
    .map(word => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ')

const wordsOf = (name: string): Replacement[] => [
  { from: 'my-vendor', to: name },
  { from: 'My Vendor', to: titleOf(name) },
  { from: 'MyVendor', to: titleOf(name).replaceAll(' ', '') }
]
