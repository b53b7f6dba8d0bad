/** Finds connectors: the folders of `connectors/`, and what CONNECTORS names. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { errors } from '../errors.ts'
import './own-imports.ts'
import { refuseForeignImport } from './made-for.ts'
import type { ConnectorPlugin } from './plugin.ts'

const shipped = join(import.meta.dirname, '../../connectors')

async function importPlugin(name: string, url: string): Promise<ConnectorPlugin> {
  let loaded: { default?: unknown }
  try {
    loaded = await import(url)
  } catch (error) {
    refuseForeignImport(name, error)
    const [reason = ''] = String((error as Error).message).split('\n')
    throw new errors.HOST_ERR_CONNECTOR_NOT_LOADED(name, reason, { cause: error })
  }
  const plugin = loaded.default
  if (typeof plugin === 'function' && 'connector' in plugin && plugin.connector instanceof Object)
    return plugin as ConnectorPlugin
  throw new errors.HOST_ERR_CONNECTOR_NOT_LOADED(name, 'its default export is not made by connectorPlugin().')
}

interface Manifest {
  readonly name?: string
  readonly exports?: unknown
}

/** The module that a path means: the file, or `index.ts` or the package of a folder. */
function moduleOfPath(path: string): string {
  if (statSync(path).isFile()) return path
  const index = join(path, 'index.ts')
  if (existsSync(index)) return index
  const manifest = join(path, 'package.json')
  // A folder asked for by its path is given by its "main" alone; "exports" answer whoever asks for the package by name.
  const { name, exports }: Manifest = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')) : {}
  return createRequire(manifest).resolve(name !== undefined && exports !== undefined ? name : path)
}

/** As Node would find it from the working directory, else from here (for packages that can only be imported). */
function urlOfPackage(name: string): string {
  try {
    return pathToFileURL(createRequire(join(process.cwd(), 'package.json')).resolve(name)).href
  } catch {
    return import.meta.resolve(name)
  }
}

function urlOf(entry: string): string {
  if (entry.startsWith('file:')) return pathToFileURL(moduleOfPath(fileURLToPath(entry))).href
  if (entry.startsWith('.') || isAbsolute(entry)) return pathToFileURL(moduleOfPath(resolve(entry))).href
  return urlOfPackage(entry)
}

/** @param entries npm names, or paths that begin with `.` or `/` @throws HOST_ERR_CONNECTOR_NOT_LOADED */
export async function loadNamed(entries: readonly string[]): Promise<ConnectorPlugin[]> {
  const plugins = []
  for (const entry of entries) {
    let url: string
    try {
      url = urlOf(entry)
    } catch (error) {
      throw new errors.HOST_ERR_CONNECTOR_NOT_LOADED(
        entry,
        'it is neither an installed package nor a path that exists.',
        {
          cause: error
        }
      )
    }
    plugins.push(await importPlugin(entry, url))
  }
  return plugins
}

/** Every folder of `connectors/` that has an index.ts, by name. @throws HOST_ERR_CONNECTOR_NOT_LOADED */
export async function loadShipped(): Promise<ConnectorPlugin[]> {
  const folders = await readdir(shipped, { withFileTypes: true })
  const plugins = []
  for (const { name } of folders.filter(entry => entry.isDirectory()).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const index = join(shipped, name, 'index.ts')
    if (existsSync(index)) plugins.push(await importPlugin(name, pathToFileURL(index).href))
  }
  return plugins
}
