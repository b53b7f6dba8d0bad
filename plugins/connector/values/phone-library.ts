import { createRequire } from 'node:module'

type Library = typeof import('libphonenumber-js/min')

let loaded: Library | undefined

/**
 * Its smallest set of numbering plans, which knows every country's possible lengths. Loaded with the first number that
 * needs it (40 ms), and at once, as cleaners do not wait.
 */
export function phoneLibrary(): Library {
  loaded ??= createRequire(import.meta.url)('libphonenumber-js/min') as Library
  return loaded
}
