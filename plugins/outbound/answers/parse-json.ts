import { isUtf8 } from 'node:buffer'
import { randomUUID } from 'node:crypto'
import { parse as parseSafely } from 'secure-json-parse'
import { SourceUnreadable } from '../../connector/failures.ts'
import { piece } from './limits.ts'
import type { LongList, Outline, Span } from './outline.ts'
import type { ReadBody } from './read-body.ts'

/** Any text in which a key that reaches an object's prototype could hide, also one spelled with escapes. */
const suspicious = /__proto__|constructor|\\u00/
/** Stands for a number that no arithmetic is safe with: no reader of numbers takes it. */
const unusable = Buffer.from('"(a number that cannot be used)"')
/** Below this an answer is parsed at once. */
const short = 65_536

/**
 * Long answers are parsed in pieces, each in its turn, so that one answer does not hold up everything else.
 * @param decimals names of number fields to be kept as the text the vendor sent
 * @param turn resolves when it is this answer's turn
 * @throws SourceUnreadable
 */
export async function parseAnswer(
  { bytes, outline }: ReadBody,
  decimals: readonly string[],
  turn: () => Promise<void>
): Promise<unknown> {
  if (bytes.length > short) await turn()
  const long = bytes.length > piece.bytes || outline.values > piece.values
  if (!long || outline.lists.length === 0) return parseJson(usable(bytes, whole(bytes), outline), decimals)
  refuseNoJson(bytes)
  if (outline.open) throw breaksOff()

  const mark = randomUUID()
  const around = parseJson(textAround(bytes, outline, mark), decimals)
  const lists: unknown[][] = []
  for (const list of outline.lists) {
    const items: unknown[] = []
    for (const span of list.pieces) {
      await turn()
      const part = parseJson(Buffer.concat([open, usable(bytes, span, outline), close]), decimals) as unknown[]
      if (part.length === 0 && list.pieces.length > 1) throw noJson()
      for (const item of part) items.push(item)
    }
    lists.push(items)
  }
  return putBack(around, mark, lists)
}

const open = Buffer.from('[')
const close = Buffer.from(']')

/** The answer with a mark in the place of what is in each long list. */
function textAround(bytes: Buffer, outline: Outline, mark: string): Buffer {
  const parts: Buffer[] = []
  let from = 0
  outline.lists.forEach((list: LongList, number) => {
    parts.push(usable(bytes, { from, to: list.from }, outline), Buffer.from(`"${mark}${number}"`))
    from = list.to
  })
  parts.push(usable(bytes, { from, to: bytes.length }, outline))
  return Buffer.concat(parts)
}

/** No list stands inside another one here, so the marks are in objects alone. */
function putBack(value: unknown, mark: string, lists: readonly unknown[][]): unknown {
  if (Array.isArray(value)) {
    const [first] = value
    return typeof first === 'string' && first.startsWith(mark) ? lists[Number(first.slice(mark.length))] : value
  }
  if (typeof value !== 'object' || value === null) return value
  const object = value as Record<string, unknown>
  for (const key of Object.keys(object)) object[key] = putBack(object[key], mark, lists)
  return object
}

const whole = (bytes: Buffer): Span => ({ from: 0, to: bytes.length })

function usable(bytes: Buffer, { from, to }: Span, { numbers }: Outline): Buffer {
  const parts: Buffer[] = []
  let at = from
  for (const number of numbers) {
    if (number.from < from || number.to > to) continue
    parts.push(bytes.subarray(at, number.from), unusable)
    at = number.to
  }
  return parts.length === 0 ? bytes.subarray(from, to) : Buffer.concat([...parts, bytes.subarray(at, to)])
}

/**
 * All at once; for text of bounded length.
 * @param decimals names of number fields to be kept as the text the vendor sent
 * @throws SourceUnreadable
 */
export function parseJson(bytes: Buffer, decimals: readonly string[] = []): unknown {
  const start = refuseNoJson(bytes)
  const text = withoutMark(bytes).toString()
  const value = parse(decimals.length === 0 ? text : quoteNumbers(text, decimals), start)
  // Looked at after parsing: an answer cut inside a letter is cut, not badly encoded.
  if (!isUtf8(bytes)) throw new SourceUnreadable('The vendor’s answer is not UTF-8.', 'shape')
  return value
}

/** @returns the first character that is no blank */
function refuseNoJson(bytes: Buffer): string {
  const from = withoutMark(bytes)
  let at = 0
  while (at < from.length && blanks.has(from[at]!)) at++
  const start = from.subarray(at, at + 1).toString('latin1')
  if (start === '') throw new SourceUnreadable('The vendor answered with an empty body.', 'empty')
  if (start === '<') throw new SourceUnreadable('The vendor answered with a web page, not with data.', 'html')
  return start
}

const blanks = new Set(Buffer.from(' \t\r\n\v\f'))

function parse(text: string, start: string): unknown {
  try {
    // secure-json-parse reads every text twice; the one look above is an eighth of what parsing costs.
    return suspicious.test(text)
      ? parseSafely(text, { protoAction: 'remove', constructorAction: 'remove' })
      : JSON.parse(text)
  } catch (error) {
    // Without the parser's error as cause: it quotes the body.
    throw (start === '{' || start === '[') && error instanceof SyntaxError && !wrongLetter.test(error.message)
      ? breaksOff()
      : noJson()
  }
}

const breaksOff = () => new SourceUnreadable('The vendor’s answer breaks off in the middle.', 'truncated')
const noJson = () => new SourceUnreadable('The vendor’s answer is not JSON.', 'shape')

/** Everything else that the parser complains about comes from a text that ends too early. */
const wrongLetter = /^Unexpected (?:token|non-whitespace)|^Bad control/

function withoutMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}

/**
 * Puts quotes around the numbers before they are parsed, because a parsed one is a float already. A quote inside a
 * JSON string has a backslash before it, so `"name":` without one is always a whole key. A quarter of the time that
 * JSON.parse takes with a reviver.
 */
function quoteNumbers(text: string, names: readonly string[]): string {
  const keys = names.map(name => JSON.stringify(name).replaceAll(/[^\w"]/g, '\\$&')).join('|')
  const number = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?`
  return text.replace(new RegExp(String.raw`((?<!\\)(?:${keys})\s*:\s*)(${number})`, 'g'), '$1"$2"')
}
