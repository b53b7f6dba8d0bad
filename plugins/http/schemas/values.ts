import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** typebox's functions over values, loaded with the first use: a start is to be quick. */
export const values = (): typeof import('typebox/value').default => require('typebox/value').default
