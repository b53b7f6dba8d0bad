/** Letters that people leave out or spell plainly, and that Unicode does not take apart. */
const plain: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ı: 'i', ς: 'σ' }

/** Printable ASCII with single blanks between: lower case is all it needs, as most names of most accounts. */
const plainWords = /^[!-~]+(?: [!-~]+)*$/

/** Code points; a longer name sorts and is found by its beginning, so that a cursor fits into a URL. */
const MAX_LENGTH = 1000

/**
 * What a name is sorted and searched by: lower case, without accents, compatibility forms (full width, ligatures)
 * spelled out, every run of blanks and control characters one blank. Idempotent.
 */
export function nameKeyOf(name: string): string {
  if (name.length <= MAX_LENGTH && plainWords.test(name)) return name.toLowerCase()
  const folded = fold(fold(name.toWellFormed()))
    .replace(/[ßæœøłđıς]/g, letter => plain[letter]!)
    .replace(/[\s\p{Cc}]+/gu, ' ')
  return cut(folded.trim()).trim()
}

// Twice: taking a character apart may yield capitals, and lower case may yield new accents.
function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

function cut(text: string): string {
  if (text.length <= MAX_LENGTH) return text
  const end = text.codePointAt(MAX_LENGTH - 1)! > 0xffff ? MAX_LENGTH - 1 : MAX_LENGTH
  return text.slice(0, end)
}

/** The different words (runs of letters and digits) of a name key or of a normalised search text. */
export function wordsOf(nameKey: string): string[] {
  return [...new Set(nameKey.match(/[\p{L}\p{N}]+/gu))]
}

/** Whether every one of `words` begins a word of `nameKey`; without words, nothing matches. */
export function matchesWords(nameKey: string, words: readonly string[]): boolean {
  if (words.length === 0) return false
  const own = wordsOf(nameKey)
  return words.every(word => own.some(candidate => candidate.startsWith(word)))
}
