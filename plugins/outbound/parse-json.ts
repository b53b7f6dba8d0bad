import { isUtf8 } from 'node:buffer'
import { parse as parseSafely } from 'secure-json-parse'
import { SourceUnreadable } from '../connector/failures.ts'

/** Any text in which a key that reaches an object's prototype could hide, also one spelled with escapes. */
const suspicious = /__proto__|constructor|\\u00/

/**
 * @param decimals names of number fields to be kept as the text the vendor sent
 * @throws SourceUnreadable
 */
export function parseJson(bytes: Buffer, decimals: readonly string[] = []): unknown {
  const text = withoutMark(bytes).toString()
  const start = text.trimStart().charAt(0)
  if (start === '') throw new SourceUnreadable('The vendor answered with an empty body.', 'empty')
  if (start === '<') throw new SourceUnreadable('The vendor answered with a web page, not with data.', 'html')
  const value = parse(decimals.length === 0 ? text : quoteNumbers(text, decimals), start)
  // Looked at after parsing: an answer cut inside a letter is cut, not badly encoded.
  if (!isUtf8(bytes)) throw new SourceUnreadable('The vendor’s answer is not UTF-8.', 'shape')
  return value
}

function parse(text: string, start: string): unknown {
  try {
    // secure-json-parse reads every text twice; the one look above is an eighth of what parsing costs.
    return suspicious.test(text)
      ? parseSafely(text, { protoAction: 'remove', constructorAction: 'remove' })
      : JSON.parse(text)
  } catch (error) {
    const cut = (start === '{' || start === '[') && error instanceof SyntaxError && !wrongLetter.test(error.message)
    // Without the parser's error as cause: it quotes the body.
    throw cut
      ? new SourceUnreadable('The vendor’s answer breaks off in the middle.', 'truncated')
      : new SourceUnreadable('The vendor’s answer is not JSON.', 'shape')
  }
}

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
