/** As much of the MongoDB wire protocol as it takes to know one command from another. */

export interface Frame {
  readonly bytes: Buffer
  readonly id: number
  /** The id of the frame that this one answers; 0: none. */
  readonly answers: number
}

/** A command by its name, its collection and words among its fields. */
export interface Step {
  readonly command: string
  readonly collection: string
  readonly says?: readonly string[]
  readonly saysNot?: readonly string[]
}

const headerBytes = 16
const opMsg = 2013
/** After the header: flags, the kind of the first section and the length of its document. */
const firstElement = headerBytes + 4 + 1 + 4
const stringElement = 2

/** Cuts a stream into frames, however its pieces arrive. */
export function splitFrames(take: (frame: Frame) => void): (piece: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  return piece => {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece])
    while (rest.length >= headerBytes && rest.length >= rest.readInt32LE(0)) {
      const bytes = rest.subarray(0, rest.readInt32LE(0))
      rest = rest.subarray(bytes.length)
      take({ bytes, id: bytes.readInt32LE(4), answers: bytes.readInt32LE(8) })
    }
  }
}

export function fits({ command, collection, says = [], saysNot = [] }: Step, { bytes }: Frame): boolean {
  if (bytes.readInt32LE(12) !== opMsg || bytes[firstElement] !== stringElement) return false
  // The first field of a command is its name, and its value the collection.
  const head = `${command}\0`
  const at = firstElement + 1
  if (bytes.toString('latin1', at, at + head.length) !== head) return false
  const value = at + head.length + 4
  if (bytes.toString('latin1', value, value + collection.length + 1) !== `${collection}\0`) return false
  return says.every(word => bytes.includes(word)) && !saysNot.some(word => bytes.includes(word))
}
