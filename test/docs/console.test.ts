import { readdirSync, readFileSync, statSync } from 'node:fs'
import t from 'tap'

const docs = new URL('../../docs/', import.meta.url)
const pictures = readdirSync(new URL('screens/', docs)).sort()

t.test('docs/console.md shows every picture there is, in light and in dark, and says what it is of', async t => {
  const text = readFileSync(new URL('console.md', docs), 'utf8')
  const shown = [...text.matchAll(/screens\/([a-z-]+-(?:light|dark)\.png)/g)].map(([, name]) => name!).sort()
  t.same(shown, pictures)
  for (const name of pictures)
    t.ok(pictures.includes(name.replace(/light|dark/, shade => (shade === 'light' ? 'dark' : 'light'))), name)
  for (const [image] of text.matchAll(/<img [^>]*>/g)) t.match(image, /alt="[^"]{10,}"/)
})

t.test('pictures are small enough for a repository', async t => {
  const bytes = pictures.reduce((sum, name) => sum + statSync(new URL(`screens/${name}`, docs)).size, 0)
  t.ok(bytes > 0 && bytes < 3 * 1024 * 1024, `${bytes} bytes`)
})

t.test('README begins with a picture of the console', async t => {
  const readme = readFileSync(new URL('../README.md', docs), 'utf8')
  const [, first = ''] = /<img src="docs\/screens\/([^"]+)"/.exec(readme.slice(0, readme.indexOf('\n## '))) ?? []
  t.ok(pictures.includes(first), first)
})
