import { promisify } from 'node:util'
import zlib from 'node:zlib'
import { SourceUnreadable } from '../connector/failures.ts'

const decoders: Readonly<Record<string, (bytes: Buffer, options: zlib.ZlibOptions) => Promise<Buffer>>> = {
  gzip: promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip),
  'x-gzip': promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip),
  // Some servers send deflate without the zlib header that its name stands for in HTTP.
  deflate: (bytes, options) => ((bytes[0] ?? 0) % 16 === 8 ? inflate : inflateRaw)(bytes, options),
  br: promisify<Buffer, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress)
}
const inflate = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflate)
const inflateRaw = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflateRaw)

export const acceptedEncodings = 'gzip, deflate, br'

/**
 * The decoded body. `maxBytes` holds for what comes over the wire and for what it decodes to, so that neither a long
 * answer nor a small one that unfolds can fill the memory.
 * @throws SourceUnreadable
 */
export async function readBody(
  body: AsyncIterable<Buffer>,
  encoding: string | undefined,
  maxBytes: number
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)
  const name = encoding?.trim().toLowerCase() ?? ''
  if (name === '' || name === 'identity' || size === 0) return bytes
  const decode = decoders[name]
  if (!decode) throw new SourceUnreadable('The vendor’s answer has an encoding that was not asked for.', 'shape')
  try {
    return await decode(bytes, { maxOutputLength: maxBytes, chunkSize: 65_536 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes)
    throw new SourceUnreadable('The vendor’s compressed answer breaks off or is damaged.', 'truncated', error)
  }
}

function tooLarge(maxBytes: number): SourceUnreadable {
  return new SourceUnreadable(`The vendor’s answer is larger than ${maxBytes} bytes.`, 'too-large')
}
