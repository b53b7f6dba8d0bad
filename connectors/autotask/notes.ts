import type { ReadNotes } from 'integration-host/connector'
import { fieldsFound, openNotes } from 'integration-host/connector/kit'

const labelled = (label: string) => new RegExp(String.raw`\b${label}\)?[ \t]*[:=][ \t]*(\S{4,200})`, 'i')
const mail = /[^\s@<>,;:"']{2,100}@[^\s@<>,;:"']{3,100}\.[a-z]{2,20}/i
/** As the vendor writes its tracking identifiers: capitals and digits, twenty-seven of them. */
const identifier = /(?<![A-Z0-9])[A-Z0-9]{27}(?![A-Z0-9])/

/** What somebody has put together while they went through the vendor's screens, in any order, sorted into the form. */
export const readNotes: ReadNotes = text => {
  const notes = openNotes(text)
  const take = (...patterns: readonly RegExp[]) => {
    const found = notes.take(...patterns)
    return found?.[1] ?? found?.[0]
  }
  return fieldsFound({
    integrationCode: take(labelled('tracking identifier'), labelled('integration ?code'), identifier),
    secret: take(labelled('secret'), labelled('password')),
    userName: take(labelled('username \\(key'), labelled('user ?name'), mail),
    zoneUrl: take(labelled('zone address'))
  })
}
