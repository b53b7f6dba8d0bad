/** Pictures of pages have few colours: with a palette a PNG of one takes a third. */
import { crc32, deflateSync, inflateSync } from 'node:zlib'

const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
const most = 256

interface Pixels {
  readonly width: number
  readonly height: number
  /** 0xRRGGBB each. */
  readonly colours: Uint32Array
}

/** The same picture with 256 colours at most; rarer ones become the nearest of the others. */
export function smallPng(png: Buffer): Buffer {
  const { width, height, colours } = pixelsOf(png)
  const counts = new Map<number, number>()
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1)
  const byUse = [...counts].sort(([one, a], [other, b]) => b - a || one - other).map(([colour]) => colour)
  const palette = byUse.slice(0, most)
  const places = new Map(byUse.map(colour => [colour, nearest(palette, colour)]))
  const lines = Buffer.alloc(height * (width + 1))
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) lines[y * (width + 1) + 1 + x] = places.get(colours[y * width + x]!)!
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // Eight bits, by palette.
  header.set([8, 3, 0, 0, 0], 8)
  const entries = Buffer.from(palette.flatMap(colour => [colour >> 16, (colour >> 8) & 255, colour & 255]))
  const data = deflateSync(lines, { level: 9, memLevel: 9 })
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', entries),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0))
  ])
}

function nearest(palette: readonly number[], colour: number): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY]
  for (const [at, other] of palette.entries()) {
    const apart = [16, 8, 0].reduce((sum, bits) => sum + (((colour >> bits) & 255) - ((other >> bits) & 255)) ** 2, 0)
    if (apart >= least) continue
    best = at
    least = apart
  }
  return best
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/** Of what Chromium writes: eight bits, RGB or RGBA, not interlaced. */
function pixelsOf(png: Buffer): Pixels {
  const [width, height, kind] = [png.readUInt32BE(16), png.readUInt32BE(20), png[25]]
  const step = kind === 2 ? 3 : kind === 6 ? 4 : 0
  if (png[24] !== 8 || step === 0 || png[28] !== 0) throw new TypeError('this PNG is of another kind')
  const parts: Buffer[] = []
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)))
  const raw = inflateSync(Buffer.concat(parts))
  const row = width * step
  const bytes = Buffer.alloc(height * row)
  const colours = new Uint32Array(width * height)
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (row + 1)]!
    for (let x = 0; x < row; x++) {
      const left = x < step ? 0 : bytes[y * row + x - step]!
      const up = y === 0 ? 0 : bytes[(y - 1) * row + x]!
      const corner = x < step || y === 0 ? 0 : bytes[(y - 1) * row + x - step]!
      bytes[y * row + x] = (raw[y * (row + 1) + 1 + x]! + predicted(filter, left, up, corner)) & 255
    }
    for (let x = 0; x < width; x++) {
      const at = y * row + x * step
      colours[y * width + x] = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!
    }
  }
  return { width, height, colours }
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left
  if (filter === 2) return up
  if (filter === 3) return (left + up) >> 1
  if (filter !== 4) return 0
  const guess = left + up - corner
  const [toLeft, toUp, toCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)]
  if (toLeft <= toUp && toLeft <= toCorner) return left
  return toUp <= toCorner ? up : corner
}
