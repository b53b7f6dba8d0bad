import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readDrawing } from '../../../plugins/console/drawing.ts'

const svg = (inner: string) => `<svg viewBox="0 0 10 10">${inner}</svg>`

t.test('shapes, texts and the title of a drawing come through, and nothing else of it', async t => {
  const drawing = readDrawing(
    svg(
      '<title>A field</title>\n<g class="d-soft"><rect x="1" y="-2.5" width="3" height="4"/></g><text x="1" y="2" class="d-text">Company</text>'
    )
  )
  t.equal(
    drawing.text,
    '<svg class="picture" viewBox="0 0 10 10" role="img" aria-label="A field"><g class="d-soft"><rect x="1" y="-2.5" width="3" height="4"/></g><text x="1" y="2" class="d-text">Company</text></svg>'
  )
  t.match(readDrawing(svg('<path d="M1 2l3-4z"/>')).text, 'aria-hidden="true"')
})

t.test('whatever could do more than be looked at is refused', async t => {
  const bad = [
    ...['<script>hit()</script>', '<rect onload="hit()"/>', '<a href="x"/>', '<image href="x"/>', '<use href="#x"/>'],
    ...['<style>*{}</style>', '<rect style="x"/>', '<rect fill="red"/>', '<foreignObject/>', '<rect class="button"/>'],
    ...['<rect x="url(x)"/>', '<path d="M0 0&quot;"/>', '<rect x=1 />', '<text>&lt;b&gt;</text', '<!-- x -->', '</g>'],
    ...['words', '<g>', '<rect x="1"', '<rect\u0000/>', '<set attributeName="x"/>', '<RECT/>']
  ]
  for (const inner of bad) t.throws(() => readDrawing(svg(inner)), TypeError, inner)
  for (const whole of ['', '<g></g>', '<svg></svg>', `${svg('')}${svg('')}`, svg('<g/>'.repeat(20_000))])
    t.throws(() => readDrawing(whole), TypeError, whole.slice(0, 40))
})

t.test('an entity in a text stays a text', async t => {
  t.match(readDrawing(svg('<text>a &lt;b&gt; c</text>')).text, '<text >a &amp;lt;b&amp;gt; c</text>')
})

t.test('every drawing of a connector can be read, and says what it shows', async t => {
  const root = join(import.meta.dirname, '../../..')
  const files = globSync('connectors/*/pictures/*.svg', { cwd: root })
  t.ok(files.length > 3, 'the drawings are found')
  for (const file of files)
    t.match(readDrawing(readFileSync(join(root, file), 'utf8')).text, /role="img" aria-label="\S/, file)
})
