/**
 * The path segment in front of `/apis/3.0`, in the vendor's words the codebase: a release (`v2020_3`, on cloud another
 * one after each upgrade) or the alias `v4_6_release` (on premises, and on cloud beside the release).
 */
export const codebaseAlias = 'v4_6_release'

// A build number behind the release, as the About screen shows it: `v2020.3.75125`, `v2020.3 (Build 75125)`.
const build = String.raw`(?:(?:[._ ]|[._ ]?[([])(?:build )?\d{1,9}[)\]]?)?`
const releases = new RegExp(`^v?(\\d{4})[._](\\d{1,2})${build}$`, 'i')

/** Reads `v2020.3`, `v2020_3`, `2020.3`, `v2020_3/`, `v2020.3.75125`, `v4_6_release`; undefined for anything else. */
export function parseCodebase(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined
  const plain = text.trim().replace(/^\/+|\/+$/g, '')
  const release = releases.exec(plain)
  if (release) return `v${release[1]}_${release[2]}`
  return /^v?4[._]6[._]release$/i.test(plain) ? codebaseAlias : undefined
}
