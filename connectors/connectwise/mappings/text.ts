/** Text as a person would read it: trimmed, numbers as text; null for what is absent, empty or no text at all. */
export function text(value: unknown): string | null {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  if (typeof value !== 'string') return null
  const trimmed = value.trim()
  return trimmed === '' ? null : trimmed
}

/** The name of a reference (`status`, `country`, `vendor`); references may be null, `{}` or absent. */
export function nameOf(reference: unknown): string | null {
  if (typeof reference !== 'object' || reference === null) return null
  return text((reference as { name?: unknown }).name)
}

/** True and "True" alike: old models send booleans as text. */
export function isTrue(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value.trim().toLowerCase() === 'true')
}

/** For comparing names: capitals and blanks around do not matter. */
export function folded(name: string): string {
  return name.trim().toLowerCase()
}
