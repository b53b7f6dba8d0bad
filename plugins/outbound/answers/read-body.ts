import type { Readable } from 'node:stream'
import { decoded } from './decode.ts'
import { type AnswerLimits, bytesPerValue, tooLarge } from './limits.ts'
import type { Place } from './memory.ts'
import { type Outline, Outliner } from './outline.ts'

export interface ReadBody {
  /** Decoded. */
  readonly bytes: Buffer
  readonly outline: Outline
}

export interface Reading {
  readonly limits: AnswerLimits
  readonly place: Place
  /** Told of the time in which it waits for memory and does not read: the vendor is not to blame for it. */
  pausing(until: Promise<void>): Promise<void>
}

/**
 * The decoded body with its outline. Limits and memory are looked at with each piece, decoded, before the next one is
 * read, so that neither a long answer nor a small one that unfolds can fill the memory.
 * @throws SourceUnreadable
 */
export async function readBody(body: Readable, encoding: string | undefined, reading: Reading): Promise<ReadBody> {
  const { limits, place, pausing } = reading
  const outliner = new Outliner(limits)
  const chunks: Buffer[] = []
  let size = 0
  // A body that is destroyed says so, and nobody is left to hear it.
  body.on('error', () => {})
  try {
    for await (const chunk of decoded(body, encoding)) {
      size += chunk.length
      if (size > limits.bytes) throw tooLarge(`it is longer than ${limits.bytes} bytes`)
      outliner.push(chunk)
      const full = place.grow(size + outliner.values * bytesPerValue)
      if (full) await pausing(full)
      chunks.push(chunk)
    }
  } finally {
    body.destroy()
  }
  return { bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size), outline: outliner.end() }
}
