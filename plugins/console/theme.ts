/** What makes the console the platform's own: its name, its sign, its accent. */
import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import type { ConsoleConfig } from '../config/console-config.ts'
import { errors } from '../errors.ts'
import { contrast, hexOf, type Oklch, oklchOf, type Rgb, rgbOf, rgbOfOklch } from './colour.ts'

export interface Theme {
  readonly name: string
  /** null: ours. */
  readonly sign: { readonly type: string; readonly body: Buffer } | null
  /** Style that stands behind the tokens; '' where the accent is ours. */
  readonly style: string
}

const signTypes: Readonly<Record<string, string>> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp'
}
const largestSign = 64 * 1024

/** Text has to be told from its ground at least so well (WCAG AA). */
const least = 4.5
/** The grounds that the accent is read on: surface in light and in dark, as in style/tokens.css. */
const grounds = { light: rgbOf('#ffffff'), dark: rgbOf('#15181f') }

/** @throws HOST_ERR_CONFIG for a sign that cannot be read, or an accent that could not be read */
export function readTheme({ name, sign, accent }: Pick<ConsoleConfig, 'name' | 'sign' | 'accent'>): Theme {
  return { name, sign: sign === null ? null : readSign(sign), style: accent === null ? '' : accentStyle(accent) }
}

function readSign(path: string): NonNullable<Theme['sign']> {
  const type = signTypes[extname(path).toLowerCase()]
  if (!type) throw new errors.HOST_ERR_CONFIG('CONSOLE_SIGN must be the path of a .svg, .png or .webp file.')
  let body: Buffer
  try {
    body = readFileSync(path)
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown reason'
    throw new errors.HOST_ERR_CONFIG(`CONSOLE_SIGN cannot be read (${reason}): ${path}`)
  }
  if (body.length <= largestSign) return { type, body }
  throw new errors.HOST_ERR_CONFIG(`CONSOLE_SIGN must be at most 64 KiB; it is ${body.length} bytes.`)
}

/** As given where it can be read on white; in dark a light one of the same hue, as ours are made. */
function accentStyle(hex: string): string {
  const { l, c, h } = oklchOf(rgbOf(hex))
  const soft = { light: { l: 0.96, c: 0.018, h }, dark: { l: 0.28, c: 0.05, h } }
  const light = { l, c, h }
  if (!reads(rgbOf(hex), soft.light, grounds.light)) {
    const nearest = darkened(light, soft.light)
    throw new errors.HOST_ERR_CONFIG(
      `CONSOLE_ACCENT ${hex} is too light to be read on white (${contrast(rgbOf(hex), grounds.light).toFixed(1)} to 1, at least ${least} to 1 is needed). ${nearest} would do.`
    )
  }
  const dark = lightened({ l: 0.78, c: Math.min(c, 0.11), h }, soft.dark)
  const pair = (one: string, other: string) => `light-dark(${one}, ${other})`
  return `@layer tokens { :root {
--accent: ${pair(hex, hexOf(rgbOfOklch(dark)))};
--accent-soft: ${pair(hexOf(rgbOfOklch(soft.light)), hexOf(rgbOfOklch(soft.dark)))};
--accent-line: ${pair(hexOf(rgbOfOklch({ l: 0.8, c: Math.min(c, 0.08), h })), hexOf(rgbOfOklch({ l: 0.48, c: Math.min(c, 0.1), h })))};
} }`
}

function reads(text: Rgb, soft: Oklch, surface: Rgb): boolean {
  return [rgbOfOklch(soft), surface].every(ground => contrast(text, ground) >= least)
}

function darkened(colour: Oklch, soft: Oklch): string {
  for (let l = colour.l; l > 0; l -= 0.005) {
    const rgb = rgbOfOklch({ ...colour, l })
    // As it will be written: a channel that is rounded up may fall short.
    if (reads(rgbOf(hexOf(rgb)), soft, grounds.light)) return hexOf(rgb)
  }
  return '#000000'
}

function lightened(colour: Oklch, soft: Oklch): Oklch {
  let l = colour.l
  while (l < 1 && !reads(rgbOfOklch({ ...colour, l }), soft, grounds.dark)) l += 0.01
  return { ...colour, l }
}
