import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** In a comment or a page up to the end of the line, in a text up to the quote it began with. */
const mark = /(?:\/\/ |^)To do (?<step>\d+): (?<words>.*)$|(['"`])To do (?<step>\d+): (?<words>.*?)\3(?=[),\n])/gm

/**
 * What `npm run connector:new` has left open, in the order in which it is best done.
 *
 * @param folders of the connector and its test
 * @returns `3. test/vendor.ts:31: Answer …`
 */
export function leftToDo(...folders: readonly URL[]): string[] {
  const found: { readonly step: number; readonly line: string }[] = []
  for (const folder of folders.map(url => fileURLToPath(url))) {
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(isRead)) {
      const text = readFileSync(join(folder, file), 'utf8')
      for (const { groups, index } of text.matchAll(mark)) {
        const { step = '', words = '' } = groups ?? {}
        const at = `${relative(process.cwd(), join(folder, file))}:${text.slice(0, index).split('\n').length}`
        found.push({ step: Number(step), line: `${step}. ${at}: ${words}` })
      }
    }
  }
  return found.sort((a, b) => a.step - b.step).map(({ line }) => line)
}

const isRead = (file: string) => /\.(ts|md)$/.test(file) && !/(^|[\\/])node_modules[\\/]/.test(file)
