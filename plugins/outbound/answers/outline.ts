import { type AnswerLimits, longestNumber, piece, replacedNumbers, tooLarge } from './limits.ts'

/** Bytes `from` to before `to`. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** The inside of an outermost list, cut between records; the cuts leave out the commas. */
export interface LongList extends Span {
  readonly pieces: readonly Span[]
}

export interface Outline {
  readonly values: number
  /** Lists worth parsing apart, in their order. Lists inside a list are parts of its records. */
  readonly lists: readonly LongList[]
  /** Numbers that no arithmetic is safe with. */
  readonly numbers: readonly Span[]
  /** The brackets are not closed: the answer breaks off. */
  readonly open: boolean
}

/** A list below this stays where it is. */
const shortList = { bytes: 65_536, values: 4_096 } as const

const other = 0
const quote = 1
const opening = 2
const closing = 3
const comma = 4
const digit = 5

const kinds = new Uint8Array(256)
kinds[0x22] = quote
for (const byte of Buffer.from('[{')) kinds[byte] = opening
for (const byte of Buffer.from(']}')) kinds[byte] = closing
kinds[0x2c] = comma
for (const byte of Buffer.from('-0123456789')) kinds[byte] = digit
/** What a number goes on with. */
const ofNumber = new Uint8Array(256)
for (const byte of Buffer.from('0123456789+-.eE')) ofNumber[byte] = 1

/**
 * Looks through the bytes of a JSON text as they come, before anything is parsed: counts values and depth, and notes
 * where the text can be cut. What is no JSON is outlined as well as it goes; the parser refuses it.
 */
export class Outliner {
  readonly #limits: AnswerLimits
  readonly #lists: LongList[] = []
  readonly #numbers: Span[] = []
  #pieces: Span[] = []
  #offset = 0
  #values = 1
  #depth = 0
  #inString = false
  #escaped = false
  /** Where the number under way began; -1: none is. */
  #number = -1
  /** Of that number; -1: it has none so far. */
  #exponent = -1
  /** Depth inside the outermost list under way; 0: in none. */
  #listDepth = 0
  #list = 0
  #listValues = 0
  #piece = 0
  #pieceValues = 0
  /** Where the record under way began, or what is outside of lists went on. */
  #record = 0
  #recordValues = 0
  /** What is outside of lists so far. */
  #around = 0
  #aroundValues = 0

  constructor(limits: AnswerLimits) {
    this.#limits = limits
  }

  get values(): number {
    return this.#values
  }

  /** @throws SourceUnreadable `too-large` */
  push(chunk: Uint8Array): void {
    const end = chunk.length
    let at = 0
    if (this.#inString) at = this.#skipString(chunk, 0)
    else if (this.#number >= 0) at = this.#skipNumber(chunk, 0)
    while (at < end) {
      const kind = kinds[chunk[at++]!]!
      if (kind === other) continue
      if (kind === quote) at = this.#skipString(chunk, at)
      else if (kind === comma) this.#comma(this.#offset + at - 1)
      else if (kind === digit) {
        this.#number = this.#offset + at - 1
        this.#exponent = -1
        at = this.#skipNumber(chunk, at)
      } else if (kind === opening) this.#opens(this.#offset + at, chunk[at - 1] === 0x5b)
      else this.#closes(this.#offset + at - 1)
    }
    this.#offset += end
    this.#check(this.#offset)
  }

  end(): Outline {
    this.#endNumber(this.#offset)
    return {
      values: this.#values,
      lists: this.#lists,
      numbers: this.#numbers,
      open: this.#depth > 0 || this.#inString
    }
  }

  /** @returns where it goes on behind the string, which may be in a later chunk */
  #skipString(chunk: Uint8Array, from: number): number {
    const end = chunk.length
    let at = this.#escaped ? from + 1 : from
    while (at < end) {
      const byte = chunk[at++]
      if (byte === 0x22) {
        this.#inString = this.#escaped = false
        return at
      }
      if (byte === 0x5c) at++
    }
    this.#inString = true
    this.#escaped = at > end
    return end
  }

  #skipNumber(chunk: Uint8Array, from: number): number {
    let exponent = this.#exponent
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at]!
      if (ofNumber[byte] === 0) {
        this.#exponent = exponent
        this.#endNumber(this.#offset + at)
        return at
      }
      if (byte === 0x65 || byte === 0x45) exponent = 0
      else if (exponent >= 0 && byte >= 0x30) exponent = Math.min(exponent * 10 + byte - 0x30, 1_000)
    }
    this.#exponent = exponent
    return chunk.length
  }

  #endNumber(to: number): void {
    const from = this.#number
    this.#number = -1
    if (from < 0 || (to - from <= longestNumber.characters && this.#exponent <= longestNumber.exponent)) return
    if (this.#numbers.length === replacedNumbers)
      throw tooLarge(
        `more than ${replacedNumbers} of its numbers are longer than ${longestNumber.characters} characters`
      )
    this.#numbers.push({ from, to })
  }

  #opens(behind: number, isList: boolean): void {
    this.#count()
    if (++this.#depth > this.#limits.depth) throw tooLarge(`it is nested deeper than ${this.#limits.depth} levels`)
    if (!isList || this.#listDepth > 0) return
    this.#check(behind)
    this.#around += behind - this.#record
    this.#aroundValues += this.#values - this.#recordValues
    this.#listDepth = this.#depth
    this.#list = this.#piece = this.#record = behind
    this.#listValues = this.#pieceValues = this.#recordValues = this.#values
    this.#pieces = []
  }

  #comma(at: number): void {
    if (this.#depth === this.#listDepth && this.#listDepth > 0) {
      this.#check(at)
      this.#record = at
      this.#recordValues = this.#values
      if (at - this.#piece >= piece.bytes || this.#values - this.#pieceValues >= piece.values) {
        this.#pieces.push({ from: this.#piece, to: at })
        this.#piece = at + 1
        this.#pieceValues = this.#values
      }
    }
    this.#count()
  }

  #closes(at: number): void {
    if (this.#depth === this.#listDepth && this.#listDepth > 0) this.#closesList(at)
    this.#depth = Math.max(0, this.#depth - 1)
  }

  #closesList(at: number): void {
    this.#check(at)
    this.#listDepth = 0
    this.#record = at
    this.#recordValues = this.#values
    const values = this.#values - this.#listValues
    if (this.#pieces.length === 0 && at - this.#list < shortList.bytes && values < shortList.values) {
      this.#around += at - this.#list
      this.#aroundValues += values
      return
    }
    this.#pieces.push({ from: this.#piece, to: at })
    this.#lists.push({ from: this.#list, to: at, pieces: this.#pieces })
  }

  #count(): void {
    if (++this.#values > this.#limits.values) throw tooLarge(`it holds more than ${this.#limits.values} values`)
  }

  /** What cannot be cut, up to here: the record under way, or all that stands around the lists. */
  #check(to: number): void {
    const { bytes, values } = this.#limits.record
    const around = this.#listDepth === 0
    const long = to - this.#record + (around ? this.#around : 0) > bytes
    if (!long && this.#values - this.#recordValues + (around ? this.#aroundValues : 0) <= values) return
    throw tooLarge(
      `${around ? 'what is no list of records in it' : 'one record of it'} ${long ? `is longer than ${bytes} bytes` : `holds more than ${values} values`}`
    )
  }
}
