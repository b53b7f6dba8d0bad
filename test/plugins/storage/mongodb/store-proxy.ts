/** A way to the MongoDB-wire store that a test can cut, and on which it can hold single commands or their answers. */

import type { AddressInfo } from 'node:net'
import { connect as connectTo, createServer, type Socket } from 'node:net'
import type { Test } from 'tap'
import { type Frame, fits, type Step, splitFrames } from './wire-frames.ts'

export interface Held {
  /** Lets the command, or its answer, go on its way. */
  release(): void
}

export interface StoreProxy {
  /** The same database by this way. */
  readonly url: string
  /** Nothing passes any more, in either direction, and no end is told: as if the cable were pulled. */
  cut(): void
  /** What was sent meanwhile arrives. */
  heal(): void
  /** Holds the next command that fits before it reaches the store, or its answer after the store did it. */
  hold(step: Step, when: 'before' | 'after'): Promise<Held>
}

interface Watch {
  readonly step: Step
  readonly when: 'before' | 'after'
  readonly caught: (held: Held) => void
}

/** One connection, both directions; frames keep their order, so a held one holds those behind it. */
class Link {
  readonly #queues = new Map<Socket, Frame[]>()
  readonly #held = new Set<Socket>()
  readonly #awaited = new Map<number, Watch>()
  readonly #proxy: { isCut: boolean; readonly watches: Set<Watch> }

  constructor(host: Socket, store: Socket, proxy: { isCut: boolean; readonly watches: Set<Watch> }) {
    this.#proxy = proxy
    for (const [from, to] of [
      [host, store],
      [store, host]
    ] as const) {
      const queue: Frame[] = []
      this.#queues.set(to, queue)
      const split = splitFrames(frame => {
        queue.push(frame)
        this.#look(frame, to, from === host)
        this.flush()
      })
      from.on('data', split)
      from.on('close', () => to.destroy())
      from.on('error', () => to.destroy())
    }
  }

  flush(): void {
    for (const [to, queue] of this.#queues) {
      while (queue.length > 0 && !this.#proxy.isCut && !this.#held.has(to)) to.write(queue.shift()!.bytes)
    }
  }

  #look(frame: Frame, to: Socket, isCommand: boolean): void {
    if (!isCommand) {
      const watch = this.#awaited.get(frame.answers)
      this.#awaited.delete(frame.answers)
      if (watch) this.#hold(to, watch)
      return
    }
    for (const watch of this.#proxy.watches) {
      if (!fits(watch.step, frame)) continue
      this.#proxy.watches.delete(watch)
      if (watch.when === 'before') this.#hold(to, watch)
      else this.#awaited.set(frame.id, watch)
      return
    }
  }

  #hold(to: Socket, watch: Watch): void {
    this.#held.add(to)
    watch.caught({
      release: () => {
        this.#held.delete(to)
        this.flush()
      }
    })
  }
}

/** Between hosts and the store at `url`, of which the first server alone is used. */
export async function openStoreProxy(t: Test, url: string): Promise<StoreProxy> {
  const [, credentials = '', address = '', database = ''] =
    /^mongodb:\/\/([^@/]*@)?([^,/?]+)[^/?]*\/?([^?]*)/.exec(url) ?? []
  const [name = '127.0.0.1', port = '27017'] = address.split(':')
  const links = new Set<Link>()
  const sockets = new Set<Socket>()
  const state = { isCut: false, watches: new Set<Watch>() }
  const server = createServer(host => {
    const store = connectTo(Number(port), name)
    for (const socket of [host, store]) {
      sockets.add(socket.setNoDelay())
      socket.once('close', () => sockets.delete(socket))
    }
    const link = new Link(host, store, state)
    links.add(link)
    host.once('close', () => links.delete(link))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise(resolve => server.close(resolve))
  })
  return {
    url: `mongodb://${credentials}127.0.0.1:${(server.address() as AddressInfo).port}/${database}?directConnection=true`,
    cut() {
      state.isCut = true
    },
    heal() {
      state.isCut = false
      for (const link of links) link.flush()
    },
    hold: (step, when) => new Promise(caught => state.watches.add({ step, when, caught }))
  }
}
