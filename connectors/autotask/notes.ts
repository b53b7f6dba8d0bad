import type { ReadNotes } from 'integration-host/connector'

/** Longer texts are no notes about three fields. */
const longest = 20_000

const labelled = (label: string) => new RegExp(String.raw`\b${label}\)?[ \t]*[:=][ \t]*(\S{4,200})`, 'i')
const mail = /[^\s@<>,;:"']{2,100}@[^\s@<>,;:"']{3,100}\.[a-z]{2,20}/i
/** As the vendor writes its tracking identifiers: capitals and digits, twenty-seven of them. */
const identifier = /(?<![A-Z0-9])[A-Z0-9]{27}(?![A-Z0-9])/

/** What somebody has put together while they went through the vendor's screens, in any order, sorted into the form. */
export const readNotes: ReadNotes = text => {
  let rest = text.slice(0, longest)
  /** Takes the first match out, so that nothing is read twice. */
  const take = (...patterns: readonly RegExp[]): string | undefined => {
    for (const pattern of patterns) {
      const found = pattern.exec(rest)
      if (!found) continue
      rest = `${rest.slice(0, found.index)} ${rest.slice(found.index + found[0].length)}`
      return found[1] ?? found[0]
    }
    return undefined
  }
  const read = {
    integrationCode: take(labelled('tracking identifier'), labelled('integration ?code'), identifier),
    secret: take(labelled('secret'), labelled('password')),
    userName: take(labelled('username \\(key'), labelled('user ?name'), mail),
    zoneUrl: take(labelled('zone address'))
  }
  return Object.fromEntries(Object.entries(read).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
