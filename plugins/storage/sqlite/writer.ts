import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { errors } from '../../errors.ts'
import { fromSent, type SentError } from './sent-error.ts'

export interface StoreFile {
  readonly path: string
  /** By identityOf: the file at the path when the store was opened. */
  readonly identity: string
}

export interface Call {
  readonly id: number
  readonly section: string
  readonly method: string
  readonly values: readonly unknown[]
}

export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: SentError }

interface Pending {
  resolve(value: any): void
  reject(error: Error): void
}

/** V8's default lets garbage of pages grow to 48 MiB between collections, for no gain here. */
const YOUNG_MIB = 8

/**
 * A thread that writes to a store's file, started by the first call. If it dies, what it has not answered fails
 * with HOST_ERR_STORE_UNAVAILABLE, and the next call starts another. It keeps the process alive only while it owes answers.
 */
export class Writer {
  readonly #file: StoreFile
  #thread: WriterThread | undefined
  #closed = false

  constructor(file: StoreFile) {
    this.#file = file
  }

  async call(section: string, method: string, values: readonly unknown[]): Promise<any> {
    if (this.#closed) throw new errors.HOST_ERR_STORE_UNAVAILABLE({ cause: new Error('The store is closed') })
    if (!this.#thread || this.#thread.dead) this.#thread = new WriterThread(this.#file)
    return this.#thread.call(section, method, values)
  }

  /** After what was called before is answered. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#thread?.close()
  }
}

class WriterThread {
  readonly #worker: Worker
  readonly #pending = new Map<number, Pending>()
  readonly #exited: Promise<void>
  #lastId = 0
  #failure: unknown
  #closing = false
  dead = false

  constructor(file: StoreFile) {
    this.#worker = new Worker(new URL('./writer-thread.ts', import.meta.url), {
      name: 'store-writer',
      workerData: file,
      env: environment(),
      // What this process was started with (loaders, debuggers) is not for a thread that only writes.
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB }
    })
    this.#worker.unref()
    this.#worker.on('message', answer => this.#settle(answer))
    this.#worker.on('error', error => {
      this.#failure = error
    })
    this.#exited = new Promise(resolve => {
      this.#worker.on('exit', code => {
        this.#die(this.#failure ?? new Error(`The thread that writes ended with code ${code}`))
        resolve()
      })
    })
  }

  call(section: string, method: string, values: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId
      this.#worker.postMessage({ id, section, method, values } satisfies Call)
      this.#pending.set(id, { resolve, reject })
      this.#worker.ref()
    })
  }

  #settle(answer: Answer): void {
    const pending = this.#pending.get(answer.id)
    this.#pending.delete(answer.id)
    if (this.#pending.size === 0 && !this.#closing) this.#worker.unref()
    if ('error' in answer) pending?.reject(fromSent(answer.error))
    else pending?.resolve(answer.value)
  }

  #die(cause: unknown): void {
    this.dead = true
    for (const { reject } of this.#pending.values()) reject(new errors.HOST_ERR_STORE_UNAVAILABLE({ cause }))
    this.#pending.clear()
  }

  close(): Promise<void> {
    this.#closing = true
    this.#worker.ref()
    this.#worker.postMessage(null)
    return this.#exited
  }
}

/** The thread needs nothing of it but where this process keeps what it has compiled. */
function environment(): Record<string, string> {
  const folder = getCompileCacheDir()
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) }
}
