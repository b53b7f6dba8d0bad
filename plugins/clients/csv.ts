/** Lines of a CSV file (RFC 4180) that no program which opens it takes for formulas. */

/** Spreadsheets without it take UTF-8 for the machine's own code page. */
export const BYTE_ORDER_MARK = '\ufeff'

/**
 * Where a spreadsheet begins a formula: at the beginning of a cell, and behind what parts cells in another country's
 * files (`;`, tab) or ends a line, as programs that expect those look for them in a quoted cell too. Blanks and quotes
 * before it do not count, the signs do in full width as well.
 */
const formula = /(?<=^|[;\t\r\n])(?=(?:[^\S\t\r\n]|")*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])/g

/** A cell: what would be a formula has an apostrophe before it, which makes a text of it. */
export function csvCell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = value.replace(formula, "'")
  return /[",;\t\r\n']|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}
