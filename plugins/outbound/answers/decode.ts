import { pipeline, type Readable, type Transform } from 'node:stream'
import zlib from 'node:zlib'
import { SourceUnreadable } from '../../connector/failures.ts'

const options = { chunkSize: 65_536 } as const

const decoders: Readonly<Record<string, (firstByte: number) => Transform>> = {
  gzip: () => zlib.createGunzip(options),
  'x-gzip': () => zlib.createGunzip(options),
  // Some servers send deflate without the zlib header that its name stands for in HTTP.
  deflate: firstByte => (firstByte % 16 === 8 ? zlib.createInflate(options) : zlib.createInflateRaw(options)),
  br: () => zlib.createBrotliDecompress(options)
}

export const acceptedEncodings = 'gzip, deflate, br'

/**
 * The body, decoded as it comes and no faster than it is taken. Whoever stops taking has to destroy `body`.
 * @throws SourceUnreadable for an encoding that is unknown, or a body that does not follow it
 */
export async function* decoded(body: Readable, encoding: string | undefined): AsyncGenerator<Buffer> {
  const name = encoding?.trim().toLowerCase() ?? ''
  if (name === '' || name === 'identity') return yield* body
  const make = decoders[name]
  if (!make) throw new SourceUnreadable('The vendor’s answer has an encoding that was not asked for.', 'shape')

  const compressed: AsyncIterator<Buffer> = body[Symbol.asyncIterator]()
  const first = await compressed.next()
  if (first.done) return
  const decoder = make(first.value[0] ?? 0)
  let fault: { readonly error: unknown } | undefined
  async function* rest() {
    try {
      yield first.value
      yield* { [Symbol.asyncIterator]: () => compressed }
    } catch (error) {
      fault = { error }
      throw error
    }
  }
  pipeline(rest, decoder, () => {})
  try {
    yield* decoder
  } catch (error) {
    if (fault) throw fault.error
    throw new SourceUnreadable('The vendor’s compressed answer breaks off or is damaged.', 'truncated', error)
  }
}
