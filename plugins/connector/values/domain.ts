import { domainToASCII } from 'node:url'
import { isAscii } from './text.ts'

/** Labels with a point between, as written or as xn--; the last one begins with a letter, so that no version number or IP address is one. */
const labels =
  /^(?:[\p{L}\p{N}_](?:[\p{L}\p{N}\p{M}_-]{0,61}[\p{L}\p{N}\p{M}_])?\.)+\p{L}[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}]$/u

/** The name of a host as other people could reach it: at least two labels. It need not exist. @param name in lower case */
export function isDomain(name: string): boolean {
  return name.length <= 253 && labels.test(name) && (isAscii(name) || labels.test(domainToASCII(name)))
}
