import { text } from 'integration-host/connector'

/** The name of a reference (`status`, `country`, `vendor`); references may be null, `{}` or absent. */
export function nameOf(reference: unknown): string | null {
  if (typeof reference !== 'object' || reference === null) return null
  return text((reference as { name?: unknown }).name)
}

/** True and "True" alike: old models send booleans as text. */
export function isTrue(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value.trim().toLowerCase() === 'true')
}
