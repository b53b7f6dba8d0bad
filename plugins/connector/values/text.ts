/** UTF-16 units; longer texts are cut. */
const longestText = 10_000

/**
 * Text as a person would read it: trimmed, numbers as text; null for what is absent, empty or no text at all.
 * Whatever is in it, it can be stored: a half surrogate becomes U+FFFD.
 */
export function text(value: unknown): string | null {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  if (typeof value !== 'string') return null
  const trimmed = value.trim()
  if (trimmed === '') return null
  return trimmed.length > longestText ? cut(trimmed, longestText) : trimmed.toWellFormed()
}

/** The beginning of a trimmed text, without half a character at its end. */
export function cut(trimmed: string, length: number): string {
  const end = trimmed.codePointAt(length - 1)! > 0xffff ? length - 1 : length
  return trimmed.slice(0, end).trimEnd().toWellFormed()
}

const ascii = /^[\0-\x7f]*$/

export function isAscii(text: string): boolean {
  return ascii.test(text)
}

/** UTF-16 units of a field in which e-mail addresses or websites are looked for. */
const longestField = 10_000

/**
 * What a field that may hold several values says, without the invisible characters that come with pasted text. Of a
 * longer field the beginning, to the last whole word.
 * @param form NFKC also spells out full width and other letters that stand for plain ones
 */
export function fieldText(typed: string, form: 'NFC' | 'NFKC'): string {
  let end = typed.length
  if (end > longestField) {
    end = longestField
    while (end > 0 && !/[\s,;]/.test(typed[end - 1]!)) end--
  }
  const field = typed.slice(0, end)
  return isAscii(field)
    ? field
    : field
        .toWellFormed()
        .replace(/\p{Cf}/gu, '')
        .normalize(form)
}
