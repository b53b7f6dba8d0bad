import fc from 'fast-check'
import t from 'tap'
import { attributes, drawn, html, type Value } from '../../../plugins/console/html.ts'

/** Any text, and more often than chance one that has to do with markup. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '"><script>hit()</script>',
    "' onmouseover='hit()",
    '</p><img src=x onerror=hit()>',
    '<!--',
    '-->',
    '&quot;&gt;',
    '\u202egnirts\u202c',
    '\ud800',
    '\u0000',
    '$' + '{x}',
    '`',
    '{{x}}',
    'javascript:hit()'
  )
)

/** What a browser makes of text that holds nothing but the five entities. */
function read(markup: string): string {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
  return markup.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name]!)
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const dropped = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g
const shown = (text: string) => text.toWellFormed().replace(dropped, '')

t.test('no text whatever closes its element', async t => {
  fc.assert(
    fc.property(hostile, text => {
      const [, inner = ''] = /^<p>([\s\S]*)<\/p>$/.exec(html`<p>${text}</p>`.text) ?? []
      return !/[<>"']/.test(inner) && read(inner) === shown(text)
    }),
    { numRuns: 2000 }
  )
  t.equal(html`<p>${'<b>'}</p>`.text, '<p>&lt;b&gt;</p>')
})

t.test('no text whatever closes its attribute', async t => {
  fc.assert(
    fc.property(hostile, text => {
      for (const { text: tag } of [html`<p title="${text}">x</p>`, html`<p ${attributes({ title: text })}>x</p>`]) {
        const [, inner] = /^<p title="([^"]*)">x<\/p>$/.exec(tag) ?? []
        if (inner === undefined || /[<>']/.test(inner) || read(inner) !== shown(text)) return false
      }
      return true
    }),
    { numRuns: 2000 }
  )
  t.equal(html`<p title="a ${'"'} b"></p>`.text, '<p title="a &quot; b"></p>')
})

t.test('Html stays as it is, lists are joined, and nothing prints its own absence', async t => {
  const inner = html`<b>${'&'}</b>`
  t.equal(html`<p>${inner}${['a', inner, null, ['b']]}</p>`.text, '<p><b>&amp;</b>a<b>&amp;</b>b</p>')
  t.equal(html`<p>${false}${null}${undefined}${0}${''}</p>`.text, '<p>0</p>')
  t.equal(drawn`<svg viewBox="0 0 1 1"><path d="M0 0"/></svg>`.text, '<svg viewBox="0 0 1 1"><path d="M0 0"/></svg>')
})

t.test('attributes are bare, given or left out', async t => {
  const list = attributes({ name: 'a"b', required: true, disabled: false, value: null, max: 0, min: undefined })
  t.equal(html`<input ${list}>`.text, '<input name="a&quot;b" required max="0">')
  for (const name of ['onclick', 'ONCLICK', 'style', 'srcdoc', 'a b', 'a"', '', 'a=b'])
    t.throws(() => attributes({ [name]: 'x' }), TypeError, name)
})

t.test('what is no page content is refused, objects that look like Html above all', async t => {
  const forged: unknown[] = [
    { text: '<script>' },
    { toString: () => '<script>' },
    true,
    Symbol('x'),
    () => 'x',
    attributes({})
  ]
  for (const value of forged) t.throws(() => html`<p>${value as Value}</p>`, TypeError)
  for (const value of [html`<b>x</b>`, ['x'], null, false as const])
    t.throws(() => html`<p title="${value}"></p>`, TypeError)
  for (const value of ['x', html`<b>x</b>`]) t.throws(() => html`<p ${value}></p>`, TypeError)
})

t.test('an address leads to this host, to https, or to a mail or telephone', async t => {
  const link = (to: string) => html`<a href="${to}">x</a>`.text
  for (const to of ['/console', '?a=b', '#top', 'https://vendor.example/x', 'mailto:a@b.example', 'tel:+1'])
    t.match(link(to), `href="${to}"`)
  for (const to of [
    'javascript:hit()',
    ' javascript:hit()',
    'JavaScript:x',
    'data:text/html,x',
    '//evil.example',
    '/\\evil'
  ])
    t.throws(() => link(to), TypeError, to)
  t.throws(() => attributes({ action: 'javascript:hit()' }), TypeError)
})

t.test('a template that would let text out throws when it is first used', async t => {
  const x: Value = 'x'
  const templates: Record<string, () => unknown> = {
    unquoted: () => html`<p title=${x}></p>`,
    'single quotes': () => html`<p title='${x}'></p>`,
    'the name of a tag': () => html`<${x}></p>`,
    'the name of an attribute': () => html`<p ${x}="y"></p>`,
    'a comment': () => html`<!-- ${x} -->`,
    'a script': () => html`<script>${x}</script>`,
    'a style': () => html`<style>${x}</style>`,
    'a style attribute': () => html`<p style="width: ${x}"></p>`,
    'an event attribute': () => html`<p class="a" onclick="${x}"></p>`,
    'a fixed event attribute': () => html`<p onclick="go()">${x}</p>`,
    'an open tag at the end': () => html`<p class="${x}"`,
    'a second template inside a tag': () => html`<p ${x} class='y'></p>`
  }
  for (const [name, template] of Object.entries(templates)) t.throws(template, TypeError, name)
  t.throws(() => drawn`<svg onload="go()"></svg>`, TypeError)
})
