/**
 * Pages as tagged templates. Text is escaped wherever it stands, and a template that would let it out (a value outside
 * double quotes, in a comment, in a script) throws when it is first used, so that no page is served with one.
 */
import { type Hole, holesOf, isAddress, isOwnName } from './template.ts'

class Markup {
  readonly #text: string
  constructor(text: string) {
    this.#text = text
  }
  get text(): string {
    return this.#text
  }
}

class AttributeList {
  readonly #text: string
  constructor(text: string) {
    this.#text = text
  }
  get text(): string {
    return this.#text
  }
}

/** Finished markup: made by html`…` and drawn`…` alone. */
export type Html = Markup
/** Made by attributes({…}) alone; stands inside a tag. */
export type Attributes = AttributeList
/** What may stand between tags. There is no `true`, so that `condition && html…` never prints it. */
export type Content = Html | string | number | null | undefined | false | readonly Content[]
/** In a tag: a text, a number, or attributes({…}). */
export type Value = Content | Attributes

/** Takes the meaning from characters that have one in markup, and drops what no browser shows or what turns text around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const special = /[&<>"'\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;'
}

function escaped(text: string): string {
  return text.toWellFormed().replace(special, character => entities[character] ?? '')
}

/**
 * html`<p class="${tone}">${name}</p>`: values become text between tags, or text of an attribute in double quotes;
 * Html stays as it is, lists are written one item behind the other, null, undefined and false are nothing.
 * @throws TypeError for a template that is not safe, or a value in a place that does not take it: a mistake of ours
 */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  const holes = holesOf(strings)
  let text = strings[0]!
  for (const [i, value] of values.entries()) text += filled(holes[i]!, value) + strings[i + 1]!
  return new Markup(text)
}

/** A drawing: markup without any value. */
export function drawn(strings: TemplateStringsArray): Html {
  holesOf(strings)
  return new Markup(strings[0]!)
}

/** `<input ${attributes({ name, required: true, value })}>`: true is the bare name; false, null and undefined are left out. */
export function attributes(values: Readonly<Record<string, string | number | boolean | null | undefined>>): Attributes {
  let text = ''
  for (const [name, value] of Object.entries(values)) {
    if (!isOwnName(name)) throw new TypeError(`"${name}" is not an attribute that pages have`)
    if (value === false || value === null || value === undefined) continue
    text += value === true ? ` ${name}` : ` ${name}="${attributeText(name, value)}"`
  }
  return new AttributeList(text.trimStart())
}

function filled({ place, name }: Hole, value: Value): string {
  if (place === 'text') {
    if (value instanceof AttributeList) throw new TypeError('attributes() stands inside a tag')
    return contentText(value)
  }
  if (place === 'tag') {
    if (value instanceof AttributeList) return value.text
    throw new TypeError('only attributes() stands inside a tag without a name')
  }
  if (typeof value === 'string' || typeof value === 'number') return attributeText(name, value)
  throw new TypeError(`the attribute "${name}" takes a text or a number; attributes() leaves it out`)
}

function attributeText(name: string, value: string | number): string {
  const text = String(value)
  if (isAddress(name) && !/^(?:\/(?![/\\])|[?#]|https:\/\/|mailto:|tel:)/.test(text))
    throw new TypeError(`the attribute "${name}" takes an address of this host, or one that begins with https:`)
  return escaped(text)
}

function contentText(value: Content): string {
  if (value instanceof Markup) return value.text
  if (typeof value === 'string') return escaped(value)
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) return value.map(contentText).join('')
  if (value === null || value === undefined || value === false) return ''
  throw new TypeError(`a page cannot show a ${typeof value}`)
}
