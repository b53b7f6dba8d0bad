import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import t from 'tap'
import { encodingFor, readAssets } from '../../../plugins/console/assets.ts'
import { readTheme } from '../../../plugins/console/theme.ts'
import { buildTestHost } from '../../build-test-host.ts'

const theme = { name: 'Integrations host', sign: null, accent: null }

t.test('files are under the hash of what they hold, and may be kept for a year', async t => {
  const { host } = await buildTestHost(t)
  const page = await host.inject('/console/sign-in')
  const urls = [...page.body.matchAll(/(?:href|src)="(\/console\/assets\/[^"]+)"/g)].map(([, url]) => url!)
  t.equal(new Set(urls).size, 4, 'style, script, font and sign')
  for (const url of urls) {
    const answer = await host.inject(url)
    t.equal(answer.statusCode, 200, url)
    t.equal(answer.headers['cache-control'], 'public, max-age=31536000, immutable')
    t.equal(answer.headers['content-encoding'], undefined, 'as it is for who does not say')
  }
  const [, font = ''] = /url\("([^"]+)"\)/.exec((await host.inject(urls.find(url => url.endsWith('.css'))!)).body) ?? []
  t.ok(urls.includes(font), 'the style names the font by its hash')
})

t.test('a page of another release gets the newest of the name, and keeps it not', async t => {
  const { host } = await buildTestHost(t)
  const old = await host.inject('/console/assets/0000000000000000/console.css')
  t.equal(old.statusCode, 200)
  t.equal(old.headers['cache-control'], 'no-cache')
  for (const path of ['x/console.html', 'x/..%2fassets.ts', 'x/__proto__', 'x/toString'])
    t.equal((await host.inject(`/console/assets/${path}`)).statusCode, 404, path)
})

t.test('each encoding holds the same', async t => {
  const { host } = await buildTestHost(t)
  for (const name of ['console.css', 'console.js', 'sign.svg']) {
    const ask = async (encoding: string) =>
      host.inject({ url: `/console/assets/x/${name}`, headers: { 'accept-encoding': encoding } })
    const plain = (await ask('identity')).rawPayload
    const [br, gzip] = [await ask('gzip, deflate, br'), await ask('gzip')]
    t.same([br.headers['content-encoding'], gzip.headers['content-encoding']], ['br', 'gzip'])
    t.ok(brotliDecompressSync(br.rawPayload).equals(plain), name)
    t.ok(gunzipSync(gzip.rawPayload).equals(plain), name)
    t.match(br.headers.vary, 'accept-encoding')
  }
  const font = await host.inject({ url: '/console/assets/x/inter.woff2', headers: { 'accept-encoding': 'br' } })
  t.equal(font.headers['content-encoding'], undefined, 'a font is compressed already')
  t.equal(font.headers['content-type'], 'font/woff2')
})

t.test('an encoding counts only if the client takes it', async t => {
  t.equal(encodingFor(undefined), 'identity')
  t.equal(encodingFor('br;q=0, gzip'), 'gzip')
  t.equal(encodingFor('gzip;q=0.5, br;q=0.0'), 'gzip')
  t.equal(encodingFor('BR'), 'br')
  t.equal(encodingFor('zstd, deflate'), 'identity')
})

t.test('script and style stay within their budget', async t => {
  const assets = readAssets(readTheme(theme))
  const sizes = await Promise.all([assets.style, assets.script].map(asset => asset.body('gzip')))
  const total = sizes.reduce((sum, { length }) => sum + length, 0)
  t.ok(total <= 16 * 1024, `${total} bytes gzipped`)
  t.comment(`style ${sizes[0]!.length}, script ${sizes[1]!.length} bytes gzipped`)
})

t.test('what is left out of script and style are comments and indents, and nothing that counts', async t => {
  const assets = readAssets(readTheme(theme))
  const script = (await assets.script.body('identity')).toString()
  t.doesNotThrow(() => new Function(script))
  t.notMatch(script, /^\s*\/\//m)
  t.match(script, 'trustedTypes?.createPolicy')
  const style = (await assets.style.body('identity')).toString()
  t.match(style, /^@layer tokens, base, layout, parts, states;$/m)
  t.equal(style.split('{').length, style.split('}').length)
  t.ok(gzipSync(style).length > 1000)
})
