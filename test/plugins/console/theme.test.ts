import { join } from 'node:path'
import t from 'tap'
import { contrast, hexOf, oklchOf, rgbOf, rgbOfOklch } from '../../../plugins/console/colour.ts'
import { readTheme } from '../../../plugins/console/theme.ts'
import { buildTestHost } from '../../build-test-host.ts'

const none = { name: 'Acme', sign: null, accent: null }
const accents = (style: string) =>
  [...style.matchAll(/light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(([, ...pair]) => pair)

t.test('colours survive the way to lightness and back', async t => {
  for (const hex of ['#000000', '#ffffff', '#3552bc', '#ff0000', '#00ff00', '#0000ff', '#7f7f7f', '#c0ffee'])
    t.equal(hexOf(rgbOfOklch(oklchOf(rgbOf(hex)))), hex)
  t.equal(contrast(rgbOf('#000000'), rgbOf('#ffffff')).toFixed(1), '21.0')
  t.equal(contrast(rgbOf('#767676'), rgbOf('#ffffff')).toFixed(2), '4.54')
})

t.test('an accent that can be read is taken as it is, with partners that can be read too', async t => {
  for (const accent of ['#3552bc', '#0a693c', '#a01050', '#6b3fa0', '#8a5a00', '#000000']) {
    const [[light, dark], [softLight, softDark]] = accents(readTheme({ ...none, accent }).style) as [string[], string[]]
    t.equal(light, accent)
    for (const [text, ground] of [
      [light, '#ffffff'],
      [light, softLight],
      [dark, '#15181f'],
      [dark, softDark]
    ])
      t.ok(contrast(rgbOf(text!), rgbOf(ground!)) >= 4.4, `${text} on ${ground}`)
  }
})

t.test('an accent that cannot be read stops the start, and one that would do is named', async t => {
  for (const accent of ['#ffcc00', '#ffffff', '#7fd0ff', '#ff8800']) {
    let message = ''
    try {
      readTheme({ ...none, accent })
    } catch (error) {
      message = (error as Error).message
    }
    t.match(message, new RegExp(`^CONSOLE_ACCENT ${accent} is too light to be read on white`))
    const [, better = ''] = /(#[0-9a-f]{6}) would do/.exec(message) ?? []
    t.doesNotThrow(() => readTheme({ ...none, accent: better }), `${accent}: ${better}`)
  }
  await t.rejects(buildTestHost(t, { env: { CONSOLE_ACCENT: '#ffcc00' } }), { code: 'HOST_ERR_CONFIG' })
  await t.rejects(buildTestHost(t, { env: { CONSOLE_ACCENT: 'blue' } }), { message: /CONSOLE_ACCENT must be a colour/ })
})

t.test('name, sign and accent of the platform are on every page', async t => {
  const folder = t.testdir({
    'sign.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
    'sign.gif': 'x',
    'big.png': 'x'.repeat(70_000)
  })
  const env = {
    CONSOLE_NAME: 'Acme <Hub>',
    CONSOLE_SIGN: join(folder, 'sign.svg'),
    CONSOLE_ACCENT: '#0A693C',
    DATA_DIR: folder
  }
  const { host } = await buildTestHost(t, { env })
  const { body } = await host.inject('/console/sign-in')
  t.match(body, '<title>Sign in · Acme &lt;Hub&gt;</title>')
  const [, sign = ''] = /<img class="sign" src="([^"]+)"/.exec(body) ?? []
  t.match(await host.inject(sign), { statusCode: 200, headers: { 'content-type': 'image/svg+xml' } })
  const [, style = ''] = /rel="stylesheet" href="([^"]+)"/.exec(body) ?? []
  t.match((await host.inject(style)).body, '--accent: light-dark(#0a693c')
  for (const [file, words] of [
    ['nothing.svg', /cannot be read \(ENOENT\)/],
    ['sign.gif', /\.svg, \.png or \.webp/],
    ['big.png', /at most 64 KiB/]
  ] as const)
    await t.rejects(
      buildTestHost(t, { env: { ...env, CONSOLE_SIGN: join(folder, file) } }),
      { code: 'HOST_ERR_CONFIG', message: words },
      file
    )
})
