/** What the fixed texts of a template say about the places between them; looked at once for each template. */

export interface Hole {
  /** text: between tags; tag: among the attributes of one; attribute: inside the double quotes of one. */
  readonly place: 'text' | 'tag' | 'attribute'
  /** Of the attribute; '' elsewhere. */
  readonly name: string
}

const known = new WeakMap<TemplateStringsArray, readonly Hole[]>()

const addresses = new Set(['href', 'src', 'action', 'formaction', 'poster', 'data', 'xlink:href', 'data-live'])

/** Attributes that lead somewhere. */
export function isAddress(name: string): boolean {
  return addresses.has(name)
}

/** Names that may stand in a page: neither inline style nor inline script, which the policy blocks anyway. */
export function isOwnName(name: string): boolean {
  return /^[a-zA-Z][a-zA-Z0-9:-]*$/.test(name) && !/^(?:on|style$|srcdoc$)/i.test(name)
}

/** One for each value of the template. @throws TypeError if it is not safe whatever the values are */
export function holesOf(strings: TemplateStringsArray): readonly Hole[] {
  const found = known.get(strings)
  if (found) return found
  const whole = strings.join('')
  if (/<!--|<\/?style\b|<script(?![^>]* src=)|<base\b|<iframe\b/i.test(whole))
    throw unsafe('holds what no page has', whole)
  const holes: Hole[] = []
  let before = ''
  for (const text of strings) {
    before += text
    if (holes.length < strings.length - 1) holes.push(holeBehind(before))
  }
  if (holeBehind(before).place !== 'text') throw unsafe('ends inside a tag', whole)
  for (const tag of whole.match(/<[a-z][^>]*>/gi) ?? []) {
    if (!wholeTag.test(tag)) throw unsafe('has a tag whose attributes are not all name="value"', tag)
    for (const [, name] of tag.replace(/"[^"]*"/g, '').matchAll(/\s([\w:-]+)/g))
      if (!isOwnName(name!)) throw unsafe(`has the attribute "${name}"`, tag)
  }
  known.set(strings, holes)
  return holes
}

const attribute = String.raw`\s+[a-zA-Z][a-zA-Z0-9:-]*(?:="[^"<>]*")?`
const wholeTag = new RegExp(String.raw`^<[a-z][a-z0-9]*(?:${attribute})*\s*/?>$`, 'i')
const openTag = new RegExp(String.raw`^<[a-z][a-z0-9]*(?:${attribute})*\s+$`, 'i')
const openAttribute = new RegExp(
  String.raw`^<[a-z][a-z0-9]*(?:${attribute})*\s+([a-zA-Z][a-zA-Z0-9:-]*)="[^"<>]*$`,
  'i'
)

/** Where a value stands that comes behind this text; the values before it are left out, as none of them can end a place. */
function holeBehind(before: string): Hole {
  const open = before.lastIndexOf('<')
  if (open <= before.lastIndexOf('>')) return { place: 'text', name: '' }
  const tag = before.slice(open)
  const [, name] = openAttribute.exec(tag) ?? []
  if (name) return { place: 'attribute', name: name.toLowerCase() }
  if (openTag.test(tag)) return { place: 'tag', name: '' }
  throw unsafe('has a value that is neither between tags nor in double quotes', tag)
}

function unsafe(why: string, where: string): TypeError {
  return new TypeError(`a template ${why}: ${where.slice(0, 200)}`)
}
