/** Drawings that connectors bring: read strictly and made anew, so that nothing of a file gets into a page but shapes. */
import { readFile } from 'node:fs/promises'
import { type Attributes, attributes, type Content, type Html, html } from './html.ts'

/** Classes that take their colours from the page (style/figures.css). */
const drawingClasses: readonly string[] = [
  ...['d-paper', 'd-soft', 'd-line', 'd-strong', 'd-hit', 'd-accent', 'd-stroke', 'd-text', 'd-text-hit']
]

const shapes: Readonly<Record<string, (given: Attributes, inner: Content) => Html>> = {
  g: (given, inner) => html`<g ${given}>${inner}</g>`,
  rect: given => html`<rect ${given}/>`,
  circle: given => html`<circle ${given}/>`,
  ellipse: given => html`<ellipse ${given}/>`,
  line: given => html`<line ${given}/>`,
  path: given => html`<path ${given}/>`,
  text: (given, inner) => html`<text ${given}>${inner}</text>`
}
const numbers = new Set(['x', 'y', 'x1', 'y1', 'x2', 'y2', 'cx', 'cy', 'r', 'rx', 'ry', 'width', 'height'])

const token = /<(\/?)([a-z]+)((?:\s+[a-zA-Z0-9-]+="[^"<>&]*")*)\s*(\/?)>|([^<>]+)/y
const largest = 32 * 1024

interface Element {
  readonly name: string
  readonly given: Readonly<Record<string, string>>
  readonly inner: Content[]
}

/** @throws TypeError for anything but an SVG of the shapes, classes and numbers that are known here */
export function readDrawing(file: string): Html {
  const text = file.trim()
  if (text.length > largest) throw new TypeError('a drawing is larger than 32 KiB')
  let title = ''
  const open: Element[] = []
  let drawing: Html | undefined
  token.lastIndex = 0
  while (token.lastIndex < text.length) {
    const at = token.lastIndex
    const [whole, closes, name = '', given = '', empty, words] = token.exec(text) ?? []
    if (whole === undefined || drawing) throw new TypeError(`a drawing cannot be read at ${at}`)
    const current = open.at(-1)
    if (words !== undefined) {
      if (current?.name === 'title') title += words
      else if (words.trim() !== '' && current?.name !== 'text')
        throw new TypeError('a drawing has words outside of text')
      else current?.inner.push(words.trim())
      continue
    }
    if (!closes) open.push({ name, given: attributesOf(name, given), inner: [] })
    if (!closes && !empty) continue
    const ended = open.pop()
    if (ended?.name !== name) throw new TypeError(`a drawing closes <${name}> which is not open`)
    if (open.length === 0) drawing = toPicture(ended, title.trim())
    else if (name !== 'title') open.at(-1)!.inner.push(shapes[name]!(attributes(ended.given), ended.inner))
  }
  if (!drawing) throw new TypeError('a drawing has no end')
  return drawing
}

function toPicture({ name, given, inner }: Element, title: string): Html {
  if (name !== 'svg' || !given.viewBox) throw new TypeError('a drawing is an svg with a viewBox')
  const named = title === '' ? { 'aria-hidden': 'true' } : { role: 'img', 'aria-label': title }
  return html`<svg ${attributes({ class: 'picture', viewBox: given.viewBox, ...named })}>${inner}</svg>`
}

function attributesOf(element: string, text: string): Record<string, string> {
  if (element !== 'svg' && element !== 'title' && !shapes[element]) throw new TypeError(`a drawing has no <${element}>`)
  const given: Record<string, string> = {}
  for (const [, name = '', value = ''] of text.matchAll(/([a-zA-Z0-9-]+)="([^"]*)"/g)) {
    if (!isGood(name, value)) throw new TypeError(`a drawing has no ${name}="${value}"`)
    given[name] = value
  }
  return given
}

function isGood(name: string, value: string): boolean {
  if (name === 'class') return drawingClasses.includes(value)
  if (name === 'd') return /^[MmLlHhVvCcSsQqTtAaZz0-9 .,-]+$/.test(value)
  if (name === 'viewBox') return /^0 0 \d{1,4} \d{1,4}$/.test(value)
  if (name === 'xmlns') return value === 'http://www.w3.org/2000/svg'
  return numbers.has(name) && /^-?\d{1,4}(?:\.\d{1,3})?$/.test(value)
}

const read = new Map<string, Promise<Html | null>>()

/** The drawing at a `file:` URL, read once; null: there is none that can be read, and `warn` was told why. */
export function drawingAt(url: string, warn: (error: unknown) => void): Promise<Html | null> {
  const known =
    read.get(url) ??
    readFile(new URL(url), 'utf8')
      .then(readDrawing)
      .catch(error => {
        warn(error)
        return null
      })
  read.set(url, known)
  return known
}
