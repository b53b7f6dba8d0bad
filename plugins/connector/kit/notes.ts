/** For `readNotes`: a text that somebody has put together, sorted into the fields of a form. */

/** Longer texts are no notes about a few fields. */
const longest = 20_000

export interface Notes {
  /** What the first of these patterns that is there has found, taken out, so that nothing is read twice. */
  take(...patterns: readonly RegExp[]): RegExpExecArray | undefined
  /** What is left. */
  rest(): string
}

export function openNotes(text: string): Notes {
  let rest = text.slice(0, longest)
  return {
    take(...patterns) {
      for (const pattern of patterns) {
        const found = pattern.exec(rest)
        if (!found) continue
        rest = `${rest.slice(0, found.index)} ${rest.slice(found.index + found[0].length)}`
        return found
      }
      return undefined
    },
    rest: () => rest
  }
}

/** The fields that were found. */
export function fieldsFound(fields: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, found]) => (found === undefined ? [] : [[name, found]]))
  )
}
