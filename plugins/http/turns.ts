/** Whose request is worked on next: one thread answers all tenants, so each tenant's begin one after another. */
import fp from 'fastify-plugin'

/**
 * One request of each tenant in a round of the event loop; the rest of its own waits for the rounds behind. So whoever
 * asks one thing waits for one request of each other tenant at most, not for all that the loudest has sent at once.
 */
export class Turns {
  readonly #waiting = new Map<string, (() => void)[]>()
  /** Tenants of which one has begun in this round. */
  readonly #begun = new Set<string>()

  /** Calls `begin` at once, or in the round in which it is this tenant's turn. */
  take(tenant: string, begin: () => void): void {
    if (!this.#begun.has(tenant)) this.#begin(tenant, begin)
    else {
      const queue = this.#waiting.get(tenant)
      if (queue) queue.push(begin)
      else this.#waiting.set(tenant, [begin])
    }
  }

  #begin(tenant: string, begin: () => void): void {
    if (this.#begun.size === 0) setImmediate(() => this.#nextRound())
    this.#begun.add(tenant)
    begin()
  }

  #nextRound(): void {
    this.#begun.clear()
    for (const [tenant, queue] of this.#waiting) {
      const begin = queue.shift()!
      if (queue.length === 0) this.#waiting.delete(tenant)
      this.#begin(tenant, begin)
    }
  }
}

export const turnsPlugin = fp(
  async fastify => {
    const turns = new Turns()
    fastify.addHook('preHandler', (request, _reply, done) => {
      const tenant = request.caller?.tenant
      if (tenant === undefined) done()
      else turns.take(tenant, done)
    })
  },
  { name: 'turns', fastify: '5.x', dependencies: ['auth'] }
)
