/**
 * Parsers of RFC 5322 read the header of a message. What people type into a form is none: of `a@x.example;
 * b@x.example` or `mailto:d@x.example` they refuse all, and a deep bracket or a long list costs them the stack or
 * 90 µs an address. Here the field is cut into words, and a word is an address if it has the grammar of one
 * (dot-atom or quoted local part, letters of RFC 6531) and a domain with a point in it.
 */
import { isDomain } from './domain.ts'
import { fieldText } from './text.ts'

/** Addresses of one field; nobody types more. */
const most = 100

/** Almost all that is stored, and quickly told: one address in plain letters, nothing else. */
const usual = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,24}$/
const longestUsual = 64

/** Neither in an address nor between its parts. */
const sign = String.raw`\s,;:<>()[\]"|\\«»‹›“”„、。`
const word = new RegExp(String.raw`"(?:[^"\\\r\n]|\\[^\r\n]){1,62}"@[^${sign}]+|[^${sign}]+`, 'gu')
/** Bullets and quotes before an address; within one they make it none, as half of an address is another person's. */
const marks = /^(?:'|[^\0-\x7f\p{L}\p{N}\p{M}])+/u

/** An address at the beginning of a word, and the sign behind its domain. */
const atStart = /^("(?:[^"\\]|\\.)*"|[^@]*)@([\p{L}\p{N}\p{M}._-]*)(.?)/su

const local = /^(?:"[ -~]+"|[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+)*)$/u

/**
 * Every e-mail address of a field, each once (capitals aside), with its domain in lower case: from `a@x.example;
 * b@x.example`, `Name <c@x.example>`, `mailto:d@x.example`, `e@x.example (personal)`. What is no address (`@x`, `f@@x`,
 * `a@host`) or stands for none (`none@none.example`) is left out. 100 at most, each of 254 characters at most.
 */
export function emails(typed: string): string[] {
  if (typed.length <= longestUsual && usual.test(typed) && !isPlaceholder(typed)) return [typed]
  const found = new Map<string, string>()
  for (const [one] of fieldText(typed, 'NFKC').replaceAll('’', "'").matchAll(word)) {
    for (const address of addressesIn(one)) {
      const key = address.toLowerCase()
      if (!found.has(key)) found.set(key, address)
      if (found.size === most) return [...found.values()]
    }
  }
  return [...found.values()]
}

/** Most signs may stand in a local part and none in a domain, so what follows a domain is between two addresses: `a@x.example/b@x.example`. */
function* addressesIn(word: string): Generator<string> {
  for (let rest = word; rest.includes('@'); ) {
    const [whole, before, domain, behind] = atStart.exec(rest)!
    if (behind === '@') return
    const address = addressOf(before!.replace(marks, ''), domain!.replace(/\.+$/, '').toLowerCase())
    if (address) yield address
    // The rest of a mailto: link is no address of its own.
    if (behind === '?') return
    rest = rest.slice(whole.length)
  }
}

function addressOf(before: string, domain: string): string | undefined {
  if (before.length > 64 || before.length + domain.length > 253 || !local.test(before) || !isDomain(domain)) return
  const address = `${before}@${domain}`
  return isPlaceholder(address) ? undefined : address
}

const nothing = `(?:no|none|no[._-]?e?-?mail|no[._-]?address|n[._/-]?a|null|nil|tb[ad]|unknown|not[._-]?(?:given|provided|available|applicable))`
const placeholder = new RegExp(String.raw`^${nothing}@(?:${nothing}|e?-?mail)\.[^.]+$`, 'i')

/** Both sides say that there is none, where a form wants an address: `none@none.com`, `no@email.com`. */
function isPlaceholder(address: string): boolean {
  return placeholder.test(address)
}
