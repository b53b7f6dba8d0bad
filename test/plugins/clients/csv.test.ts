import fc from 'fast-check'
import t from 'tap'
import { csvCell, csvLine } from '../../../plugins/clients/csv.ts'

/** RFC 4180, for lines that it has written; `separator` as programs of another country read the same file. */
function read(text: string, separator: string): string[][] {
  let row = ['']
  const rows = [row]
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const cell = row.length - 1
    const sign = text[at]!
    if (quoted && sign === '"' && text[at + 1] === '"') row[cell] = `${row[cell]}${text[at++]}`
    else if (sign === '"' && (quoted || row[cell] === '')) quoted = !quoted
    else if (!quoted && sign === separator) row.push('')
    else if (!quoted && sign === '\r' && text[at + 1] === '\n') {
      row = ['']
      rows.push(row)
      at++
    } else row[cell] = `${row[cell]}${sign}`
  }
  return rows.slice(0, -1)
}

const isFormula = (cell: string) => /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(cell) || /^[\t\r]/.test(cell)

/** Texts made of what could do harm, and of any others. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc
    .array(fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', ' ', '"', "'", ',', ';', '＝', 'cmd|x!A1', 'é', '1'), {
      maxLength: 8
    })
    .map(parts => parts.join(''))
)

t.test('what a spreadsheet would take for a formula is a text, wherever it may part cells', async () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), cells => {
      const line = csvLine(cells)
      const [row] = read(line, ',')
      if (row!.some(isFormula)) return false
      // A file with commas in a country of semicolons: cells are cut at those, in quotes or not.
      return !line.split(/[;\t\r\n]/).some(cell => isFormula(cell.replaceAll('"', '')))
    }),
    { numRuns: 3000 }
  )
})

t.test('every text comes back as it was, but for the apostrophe before a formula', async () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), cells => {
      const rows = read(csvLine(cells), ',')
      const [row] = rows
      return (
        rows.length === 1 &&
        row!.length === cells.length &&
        row!.every((cell, i) => cell.replaceAll("'", '') === cells[i]!.replaceAll("'", ''))
      )
    }),
    { numRuns: 3000 }
  )
})

t.test('cells are quoted where they have to be', async t => {
  t.equal(csvLine(['Ada', 'a,b', 'say "hi"', null, 7, '']), 'Ada,"a,b","say ""hi""",,7,\r\n')
  t.equal(csvCell('=1+1'), '"\'=1+1"')
  t.equal(csvCell('+15550100'), '"\'+15550100"')
  t.equal(csvCell(' @x'), '"\' @x"')
  t.equal(csvCell('Smith; =1'), '"Smith;\' =1"')
  t.equal(csvCell('two\nlines'), '"two\nlines"')
  t.equal(csvCell('1-2'), '1-2')
})
