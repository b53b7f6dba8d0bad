/** A time limit that does not run while we are the ones who keep the other side waiting. */
export class Deadline {
  readonly #ended: () => void
  #leftMs: number
  #since = 0
  #timer: NodeJS.Timeout | undefined

  constructor(ms: number, ended: () => void) {
    this.#leftMs = ms
    this.#ended = ended
    this.#run()
  }

  async pausing(until: Promise<void>): Promise<void> {
    this.clear()
    this.#leftMs -= performance.now() - this.#since
    await until
    this.#run()
  }

  clear(): void {
    clearTimeout(this.#timer)
  }

  #run(): void {
    this.#since = performance.now()
    this.#timer = setTimeout(this.#ended, Math.max(0, this.#leftMs))
  }
}
