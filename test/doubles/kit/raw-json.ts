/** JSON that no JavaScript value becomes: numbers beyond a double, nesting too deep for JSON.stringify, doubled keys. */
export interface RawJson {
  readonly rawJson: string
  toJSON: () => string
}

const texts: string[] = []
const known = new Map<string, RawJson>()
// The marks stand inside of JSON strings; no record of a double holds a NUL beside these words.
const mark = (index: number) => `\u0000raw json ${index}\u0000`
const marks = /"\\u0000raw json (\d+)\\u0000"/g

/** A value that is sent as this text, wherever it stands in a record. */
export function rawJson(text: string): RawJson {
  let raw = known.get(text)
  if (!raw) {
    const index = texts.push(text) - 1
    raw = Object.freeze({ rawJson: text, toJSON: () => mark(index) })
    known.set(text, raw)
  }
  return raw
}

/** Arrays in arrays, so many deep. */
export function nestedJson(depth: number): RawJson {
  return rawJson(`${'['.repeat(depth)}1${']'.repeat(depth)}`)
}

export function isRawJson(value: unknown): value is RawJson {
  return typeof value === 'object' && value !== null && 'rawJson' in value
}

/** JSON of a value, raw parts as they were given. */
export function stringifyWithRaw(value: unknown): string {
  const text = JSON.stringify(value)
  return texts.length === 0 ? text : text.replace(marks, (_, index: string) => texts[Number(index)]!)
}

/** Reads JSON so that numbers which JavaScript would change are written again as they were. */
export function parseKeepingNumbers(text: string): any {
  return JSON.parse(text, (_key, value, context?: { source?: string }) =>
    typeof value === 'number' && context?.source !== undefined && JSON.stringify(value) !== context.source
      ? rawJson(context.source)
      : value
  )
}
