/** Pages that follow what happens: server-sent events of whole parts, so that whoever connects again simply gets all. */
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { errors } from '../errors.ts'
import type { Html } from './html.ts'

export interface LivePart {
  /** Of the element on the page that it takes the place of. */
  readonly id: string
  readonly html: Html
}

export interface Watch<State> {
  /** All who watch the same are served by one loop. */
  readonly key: string
  readonly everyMs: number
  /** Reads the store, so that it is right with several hosts. */
  readonly look: () => Promise<State>
  /** For this viewer. `ended`: nothing will change any more. */
  readonly parts: (state: State) => { readonly parts: readonly LivePart[]; readonly ended: boolean }
  /** Asked now and then; false: the session has ended, and so does this. */
  readonly isAllowed: () => Promise<boolean>
  readonly session: string
}

export interface Live {
  /** @throws HOST_ERR_OVERLOADED when too many pages are open */
  stream<State>(request: FastifyRequest, reply: FastifyReply, watch: Watch<State>): FastifyReply
  /** Ends all: an open stream would hold up the end of the host. */
  close(): void
}

export interface LiveLimits {
  /** @default 100 */
  readonly most?: number
  /** A browser gives an origin six connections. @default 6 */
  readonly mostOfSession?: number
  /** The host cuts what is silent for two minutes. @default 15,000 */
  readonly commentMs?: number
}

interface Subscriber {
  readonly session: string
  deliver(state: unknown): void
  end(): void
}

/** What a browser that does not read may make us keep. */
const mostUnread = 1024 * 1024

export function createLive({ most = 100, mostOfSession = 6, commentMs = 15_000 }: LiveLimits = {}): Live {
  const open = new Set<Subscriber>()
  const loops = new Map<string, Set<Subscriber>>()
  const ended = new AbortController()

  async function follow(
    key: string,
    subscribers: Set<Subscriber>,
    everyMs: number,
    look: () => Promise<unknown>,
    request: FastifyRequest
  ) {
    try {
      while (subscribers.size > 0) {
        const state = await look()
        for (const subscriber of [...subscribers]) subscriber.deliver(state)
        await sleep(everyMs, undefined, { signal: ended.signal, ref: false })
      }
    } catch (error) {
      // The pages ask again; what they hear then says what is wrong.
      if (!ended.signal.aborted) request.log.warn({ err: error }, 'what a page follows cannot be read')
      for (const subscriber of [...subscribers]) subscriber.end()
    } finally {
      loops.delete(key)
    }
  }

  return {
    stream(request, reply, { key, everyMs, look, parts, isAllowed, session }) {
      const ofSession = [...open].filter(subscriber => subscriber.session === session).length
      if (open.size >= most || ofSession >= mostOfSession || ended.signal.aborted) {
        reply.header('retry-after', '5')
        throw new errors.HOST_ERR_OVERLOADED()
      }
      const sent = new Map<string, string>()
      const output = new Readable({ read() {} })
      const push = (text: string) => {
        output.push(text)
        if (output.readableLength > mostUnread) output.destroy()
      }
      const subscriber: Subscriber = {
        session,
        deliver(state) {
          const { parts: now, ended: over } = parts(state as Parameters<typeof parts>[0])
          for (const { id, html } of now) {
            if (sent.get(id) === html.text) continue
            sent.set(id, html.text)
            push(`event: part\ndata: ${JSON.stringify({ id, html: html.text })}\n\n`)
          }
          if (!over) return
          push('event: end\ndata: \n\n')
          this.end()
        },
        end() {
          output.push(null)
          leave()
        }
      }
      const comment = setInterval(async () => {
        if (await isAllowed().catch(() => false)) push(': still here\n\n')
        else subscriber.end()
      }, commentMs).unref()
      const leave = () => {
        clearInterval(comment)
        open.delete(subscriber)
        loops.get(key)?.delete(subscriber)
      }
      output.once('close', leave)
      open.add(subscriber)
      push('retry: 2000\n\n')
      const loop = loops.get(key)
      if (loop) loop.add(subscriber)
      else {
        const subscribers = new Set([subscriber])
        loops.set(key, subscribers)
        void follow(key, subscribers, everyMs, look, request)
      }
      return reply
        .headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
        .type('text/event-stream')
        .send(output)
    },

    close() {
      ended.abort()
      for (const subscriber of [...open]) subscriber.end()
    }
  }
}
