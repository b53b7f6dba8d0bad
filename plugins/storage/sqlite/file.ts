import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { errors } from '../../errors.ts'
import { APPLICATION_ID, migrate, requireKnownSchema } from './schema.ts'

/** Files up to this size are read through at the start; a damaged page in a larger one is met when it is read. */
const CHECKED_BYTES = 32 * 1024 * 1024

/** Throws HOST_ERR_STORE_OPEN or HOST_ERR_SCHEMA_NEWER, and then has changed nothing in the file. */
export function openFile(path: string): DatabaseSync {
  let sqlite: DatabaseSync | undefined
  try {
    prepareFile(path)
    sqlite = new DatabaseSync(path, { timeout: 5000 })
    // Nothing is written before the file is known to be ours, whole, and not from a newer program.
    requireOurs(sqlite)
    requireKnownSchema(sqlite)
    if (statSync(path).size <= CHECKED_BYTES) requireWhole(sqlite)
    configure(sqlite, 'reader')
    migrate(sqlite)
    return sqlite
  } catch (error) {
    if (sqlite?.isOpen) sqlite.close()
    if (error instanceof errors.HOST_ERR_STORE_OPEN || error instanceof errors.HOST_ERR_SCHEMA_NEWER) throw error
    throw new errors.HOST_ERR_STORE_OPEN(explain(path, error), { cause: error })
  }
}

/** Which file it is, whatever its name. */
export function identityOf(path: string): string {
  const { dev, ino } = statSync(path, { bigint: true })
  return `${dev}:${ino}`
}

/** Another connection, with the same settings, to the file that openFile has opened; never makes one. */
export function openAgain(path: string, identity: string): DatabaseSync {
  const url = pathToFileURL(path)
  url.searchParams.set('mode', 'rw')
  const sqlite = new DatabaseSync(url, { timeout: 5000 })
  if (identityOf(path) !== identity) throw new Error(`Another file was put in the place of ${path}`)
  configure(sqlite, 'writer')
  return sqlite
}

function prepareFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  closeSync(openSync(path, 'a', 0o600))
  if (statSync(path).mode & 0o077) chmodSync(path, 0o600)
}

function requireOurs(sqlite: DatabaseSync): void {
  const { application_id: id } = sqlite.prepare('PRAGMA application_id').get()!
  const { tables } = sqlite.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()!
  if (id === APPLICATION_ID || (id === 0 && tables === 0)) return
  throw new errors.HOST_ERR_STORE_OPEN('the file is the database of another program. Set STORAGE_URL to another file.')
}

function requireWhole(sqlite: DatabaseSync): void {
  const { quick_check: verdict } = sqlite.prepare('PRAGMA quick_check(1)').get()!
  if (verdict !== 'ok') throw new Error(`malformed: ${String(verdict).replace(/\s+/g, ' ')}`)
}

/** Of the write-ahead log, before it is copied into the file. */
const LOG_BYTES = 32 * 1024 * 1024

/** KiB of pages that a connection keeps. A sync fills both; a larger one of the writer makes no sync faster. */
const CACHES = { reader: 32_768, writer: 16_384 } as const

/** None of these is kept in the file but WAL, so each open sets them. */
function configure(sqlite: DatabaseSync, cache: keyof typeof CACHES): void {
  // Of a new file; one that is there keeps its own. Larger pages are copied into the log less often.
  sqlite.exec('PRAGMA page_size = 16384')
  sqlite.exec('PRAGMA journal_mode = WAL')
  sqlite.exec('PRAGMA synchronous = FULL')
  sqlite.exec('PRAGMA secure_delete = ON')
  sqlite.exec(`PRAGMA cache_size = -${CACHES[cache]}`)
  // A busy page of an index is copied into the file once for many commits.
  const { page_size: pageSize } = sqlite.prepare('PRAGMA page_size').get()!
  sqlite.exec(`PRAGMA wal_autocheckpoint = ${LOG_BYTES / Number(pageSize)}`)
  sqlite.exec('PRAGMA journal_size_limit = 67108864')
  const settings = {
    ...sqlite.prepare('PRAGMA journal_mode').get()!,
    ...sqlite.prepare('PRAGMA synchronous').get()!,
    ...sqlite.prepare('PRAGMA secure_delete').get()!
  }
  // Without these an acknowledged write may be lost at a power cut, or an erased secret stay in the file.
  if (settings.journal_mode === 'wal' && settings.synchronous === 2 && settings.secure_delete === 1) return
  throw new Error(`the file system does not take the settings that keep data safe (${JSON.stringify(settings)})`)
}

function explain(path: string, error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error)
  const code = (error as { code?: unknown }).code
  if (/malformed|not a database/.test(reason)) {
    return `${path} is damaged or is no database of this program (${reason}). It was left as it is: restore a backup, or move the file away to start empty.`
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || /readonly|unable to open/.test(reason)) {
    return `${path} cannot be written (${reason}). Give the user of this process the right to write the file and its folder, or set STORAGE_URL to another place.`
  }
  if (code === 'ENOSPC' || /disk is full/.test(reason)) return `the disk of ${path} is full (${reason}). Make room.`
  if (/locked|busy/.test(reason)) return `${path} is held by another program (${reason}). Stop that program first.`
  return `${path}: ${reason}`
}
