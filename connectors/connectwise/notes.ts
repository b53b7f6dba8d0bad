import type { ReadNotes } from 'integration-host/connector'
import { fieldsFound, openNotes } from 'integration-host/connector/kit'

const uuid = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/i
const release = /\bv(?:ersion)?[\s:=]*(20\d\d)[._](\d{1,2})(?!\d|[._]\d)|\b(v4_6_release)\b/i
const vendorHost = /(?<![\w.-])(?:https?:\/\/)?(?:[a-z0-9-]{1,60}\.){1,3}(?:myconnectwise\.net|connectwisedev\.com)\b/i
const anyUrl = /\bhttps?:\/\/(?!developer\.connectwise\.com)[a-z0-9.-]+(?::\d+)?/i
const login = /(?<![\w@])([A-Za-z0-9_.-]{2,50})\+([A-Za-z0-9]{8,64})(?![\w@])/
const company = /\bcompany(?:[ _-]*(?:id|name))?\s*[:=]\s*([A-Za-z0-9_.-]{2,50})/i
/** The vendor's keys are sixteen letters and digits; a little room is left to either side. */
const key = /(?<![\w+.-])(?=[A-Za-z0-9]*[0-9])(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{14,24}(?![\w+.-])/g
const labelled = (label: string) => new RegExp(String.raw`\b${label}[ _-]*(?:key)?\s*[:=]\s*([A-Za-z0-9]{8,64})\b`, 'i')

/** What somebody has put together while they went through the vendor's screens, in any order, sorted into the form. */
export const readNotes: ReadNotes = text => {
  const { take, rest } = openNotes(text)
  const clientId = take(uuid)?.[0]
  const host = take(vendorHost)?.[0] ?? take(anyUrl)?.[0]
  const [, year, number, old] = take(release) ?? []
  const typed = take(login)?.[0]
  const id = take(company)?.[1]
  const own = take(labelled('public'))?.[1]
  const other = take(labelled('private'))?.[1] ?? take(labelled('password'))?.[1]
  const keys = [own, other, ...(rest().match(key) ?? [])].filter(one => one !== undefined)

  const username = typed ?? (id !== undefined && keys.length > 0 ? `${id}+${keys.shift()}` : undefined)
  // A key that is in the username already is not the other one.
  const password = keys.find(one => !username?.endsWith(`+${one}`))
  return fieldsFound({
    username,
    password,
    domain: host === undefined ? undefined : /^https?:/i.test(host) ? host : `https://${host}`,
    apiVersion: year === undefined ? old : `v${year}_${number}`,
    clientId
  })
}
