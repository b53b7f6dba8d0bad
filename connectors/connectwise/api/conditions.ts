import { isId } from 'integration-host/connector/kit'

/** All given conditions, or undefined if there is none. */
export function and(...conditions: readonly (string | undefined)[]): string | undefined {
  const given = conditions.filter(condition => condition !== undefined && condition !== '')
  return given.length === 0 ? undefined : given.join(' AND ')
}

/** `company/id in (1,2,3)` */
export function idIn(field: string, ids: readonly string[], operator = 'in'): string {
  const foreign = ids.find(id => !isId(id))
  if (foreign !== undefined) throw new TypeError(`not an id of this vendor: ${foreign.slice(0, 40)}`)
  return `${field} ${operator} (${ids.join(',')})`
}

/** `company/id>4 AND company/id<=9`; a bound that is null is left out. */
export function idBetween(field: string, after: number | null, through: number | null): string | undefined {
  return and(after === null ? undefined : `${field}>${after}`, through === null ? undefined : `${field}<=${through}`)
}

/** A moment as conditions take it: whole seconds and Z, since the vendor mishandles offsets. */
function moment(at: Date): string {
  return `[${new Date(Math.floor(at.getTime() / 1000) * 1000).toISOString().replace('.000Z', 'Z')}]`
}

/** As many ids as a URL holds beside the rest. */
const mostLeftOut = 100

/** Changed at a moment or later. @param without ids to leave out; more than a question holds are asked for again */
export function changedSince(since: Date, without: readonly string[]): string {
  const out = without.slice(-mostLeftOut)
  return and(`lastUpdated>=${moment(since)}`, out.length > 0 ? idIn('id', out, 'not in') : undefined)!
}

/**
 * `name like "acme*"`: how a double quote is written inside a string is not documented, so it and the other signs with
 * a meaning become a wildcard, and the caller keeps only what really begins so.
 */
export function beginsWith(field: string, text: string): string {
  const pattern = text.replace(/["*%_\\]/g, '*').replaceAll('[', '[[]')
  return `${field} like "${pattern}*"`
}
