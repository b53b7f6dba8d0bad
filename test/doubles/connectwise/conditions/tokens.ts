import { badParameter } from '../refusal.ts'

export type Token =
  | { kind: 'word'; text: string }
  | { kind: 'string'; text: string }
  | { kind: 'number'; value: number }
  | { kind: 'date'; at: number }
  | { kind: 'sign'; text: string }

// No offset: the vendor's own clients met time zone bugs with "+00:00", and a raw "+" arrives as a space.
const dateTime = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?$/

/** What each pattern is read as; the first that fits at a place has it. Blanks are read as nothing. */
const readers: [RegExp, (found: RegExpExecArray, parameter: string) => Token | undefined][] = [
  [/\s+/y, () => undefined],
  [/[A-Za-z_][A-Za-z0-9_]*(?:\/[A-Za-z_][A-Za-z0-9_]*)*/y, found => ({ kind: 'word', text: found[0] })],
  [/"([^"]*)"/y, found => ({ kind: 'string', text: found[1]! })],
  [/\[([^\]]*)\]/y, (found, parameter) => ({ kind: 'date', at: readBracketed(found[1]!, parameter) })],
  [/!=|<=|>=|=|<|>|\(|\)|,/y, found => ({ kind: 'sign', text: found[0] })],
  [/-?\d+(?:\.\d+)?(?![\w.:-])/y, found => ({ kind: 'number', value: Number(found[0]) })]
]

/** Splits a condition into tokens; anything that the documented grammar does not know is refused. */
export function tokenize(text: string, parameter: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const start = at
    for (const [pattern, read] of readers) {
      pattern.lastIndex = start
      const found = pattern.exec(text)
      if (!found) continue
      at = pattern.lastIndex
      const token = read(found, parameter)
      if (token) tokens.push(token)
      break
    }
    if (at === start) {
      throw badParameter(parameter, `String is not in the expected format near '${text.slice(at, at + 20)}'.`)
    }
  }
  return tokens
}

function readBracketed(text: string, parameter: string): number {
  const at = dateTime.test(text)
    ? Date.parse(text.includes('T') && !text.endsWith('Z') ? `${text}Z` : text)
    : Number.NaN
  if (Number.isNaN(at)) throw badParameter(parameter, `'${text}' is not a valid date and time.`)
  return at
}
