/** Style, script, font and sign, each under the hash of what it holds, so that a browser may keep it for a year. */
import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Theme } from './theme.ts'

/** Where the console and all of its files are. */
export const root = '/console'

/** In the order in which they count; the first says which layer stands above which. */
const styles = [
  ...['tokens', 'base', 'layout', 'frame', 'button', 'state', 'card', 'notice', 'field'],
  ...['install', 'figures', 'list', 'table', 'menu', 'dialog', 'states']
]
const font = '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2'

const ownSign = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 26 26"><rect width="26" height="26" rx="7" fill="#1e2433"/><g fill="none" stroke="#fff" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round"><path d="M7.2 12.4A5.9 5.9 0 0 1 17.6 9l1.2 1.5M18.9 6.9v3.7h-3.7"/><path d="M18.8 13.6A5.9 5.9 0 0 1 8.4 17l-1.2-1.5M7.1 19.1v-3.7h3.7"/></g></svg>`

export type Encoding = 'br' | 'gzip' | 'identity'

export interface Asset {
  /** With the hash. */
  readonly url: string
  readonly type: string
  /** It is compressed when asked for so; pictures and fonts are already. */
  readonly isText: boolean
  /** Compressed when it is first asked for so: a start is to be quick. */
  body(encoding: Encoding): Promise<Buffer>
}

export interface Assets {
  readonly style: Asset
  readonly script: Asset
  readonly font: Asset
  readonly sign: Asset
  /** `kept`: it has this hash; otherwise it is the newest of its name, for pages of another release. */
  find(hash: string, name: string): { readonly asset: Asset; readonly kept: boolean } | null
}

export function readAssets(theme: Theme): Assets {
  const here = (...path: string[]) => readFileSync(join(import.meta.dirname, ...path), 'utf8')
  const fontFile = readFileSync(createRequire(import.meta.url).resolve(font))
  const fontAsset = makeAsset('inter.woff2', 'font/woff2', fontFile)
  const sheets = styles.map(name => here('style', `${name}.css`)).join('\n')
  const css = slim(`${sheets}\n${theme.style}`.replace(`${root}/assets/inter.woff2`, fontAsset.url))
  const sign = theme.sign ?? { type: 'image/svg+xml', body: Buffer.from(ownSign) }
  const assets = {
    style: makeAsset('console.css', 'text/css; charset=utf-8', Buffer.from(css)),
    script: makeAsset(
      'console.js',
      'text/javascript; charset=utf-8',
      Buffer.from(slimScript(here('client', 'console.js')))
    ),
    font: fontAsset,
    sign: makeAsset(`sign.${sign.type === 'image/svg+xml' ? 'svg' : sign.type.slice(6)}`, sign.type, sign.body)
  }
  const byName = new Map(Object.values(assets).map(asset => [asset.url.slice(asset.url.lastIndexOf('/') + 1), asset]))
  return {
    ...assets,
    find(given, name) {
      const asset = byName.get(name)
      return asset ? { asset, kept: asset.url === urlOf(given, name) } : null
    }
  }
}

/** The one a client takes of those we have; a client that says nothing gets it as it is. */
export function encodingFor(accepted: string | undefined): Encoding {
  const names = (accepted ?? '')
    .split(',')
    .filter(entry => !/;\s*q=0(?:\.0*)?\s*$/.test(entry))
    .map(entry => entry.split(';')[0]!.trim().toLowerCase())
  return names.includes('br') ? 'br' : names.includes('gzip') ? 'gzip' : 'identity'
}

const urlOf = (digest: string, name: string) => `${root}/assets/${digest}/${name}`

function makeAsset(name: string, type: string, content: Buffer): Asset {
  const isText = /^text\/|svg/.test(type)
  const compressed = new Map<Encoding, Promise<Buffer>>()
  const compress = (encoding: Encoding): Promise<Buffer> => {
    if (encoding === 'identity') return Promise.resolve(content)
    if (encoding === 'gzip') return promisify(gzip)(content, { level: 9 })
    const params = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length }
    return promisify(brotliCompress)(content, { params })
  }
  return {
    url: urlOf(hash('sha256', content, 'base64url').slice(0, 16), name),
    type,
    isText,
    body(wanted) {
      const encoding = isText ? wanted : 'identity'
      const known = compressed.get(encoding) ?? compress(encoding)
      compressed.set(encoding, known)
      return known
    }
  }
}

/** Without comments and what only stands at the beginning of lines. */
function slim(css: string): string {
  return css.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\n\s*/g, '\n')
}

/** Without comments that have lines of their own, and without what lines begin with. */
function slimScript(script: string): string {
  return script.replace(/^[ \t]*(?:\/\/.*|\/\*(?:(?!\*\/)[\s\S])*\*\/)[ \t]*\n/gm, '').replace(/\n\s*/g, '\n')
}
