import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

const root = join(import.meta.dirname, '..')
const readJson = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'))
const manifest = readJson('package.json')
const lock = readJson('package-lock.json') as { packages: Record<string, Locked> }

interface Locked {
  readonly dev?: boolean
  readonly optional?: boolean
  readonly version: string
  readonly integrity?: string
  readonly hasInstallScript?: boolean
}

const installed = Object.entries(lock.packages).filter(([path]) => path !== '')
const atRunTime = installed.filter(([, { dev, optional }]) => !dev && !optional)

/** Licences that ask for nothing but their text. */
const permissive =
  /^(MIT|MIT-0|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD|BlueOak-1\.0\.0|CC0-1\.0|OFL-1\.1|Python-2\.0|Unlicense)$/

t.test('every dependency is named in one exact version', async t => {
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies']
  for (const kind of kinds) {
    for (const [name, version] of Object.entries<string>(manifest[kind])) {
      t.match(version, /^\d+\.\d+\.\d+(-[a-z0-9.]+)?$/, `${kind}: ${name}`)
      t.equal(lock.packages[`node_modules/${name}`]?.version, version, `${name} is locked at it`)
    }
  }
})

t.test(
  'every package is checked against its hash when it is installed, and nothing else says where it comes from',
  async t => {
    t.ok(installed.length > 100)
    for (const [path, { integrity }] of installed) t.match(integrity, /^sha512-/, path)
    t.notMatch(
      readFileSync(join(root, 'package-lock.json'), 'utf8'),
      /"resolved": "(?!https:\/\/registry\.npmjs\.org\/)/
    )
  }
)

t.test('no package of the running host brings a script that is run at its installation', async t => {
  for (const [path, { hasInstallScript }] of atRunTime) t.notOk(hasInstallScript, path)
})

t.test('every package of the running host has a permissive licence', async t => {
  t.ok(atRunTime.length > 50)
  for (const [path] of atRunTime) {
    const { license, licenses } = readJson(join(path, 'package.json'))
    const named = typeof license === 'string' ? license : (license?.type ?? licenses?.[0]?.type ?? '')
    const choices = named.replace(/[()]/g, '').split(' OR ')
    t.ok(
      choices.some((choice: string) => permissive.test(choice)),
      `${path}: ${named}`
    )
  }
})
