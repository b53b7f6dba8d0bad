/** What names mean at a vendor: by the id they meant before, else by the label, so that a renaming is followed. */
import type { TProperties } from 'typebox'
import { type Resolved, type SettingsResolution, Type, text } from '../contract.ts'

/** Something that the vendor numbers and the tenant names. */
export interface Label {
  readonly id: string
  readonly name: string
}

/** A field of the settings that holds names. */
export interface NamedField {
  /** `types` */
  readonly field: string
  /** What such a name is of, in words: "company type". */
  readonly one: string
  readonly names: readonly string[]
  /** All that the vendor has; of two that are named alike the first one counts. */
  readonly labels: readonly Label[]
}

/** A field of the settings that holds names of the tenant's own (types, statuses), for `resolveNames`. */
export function namesField(title: string, description: string, fallback: string) {
  return Type.Array(Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }), {
    title,
    description,
    default: [fallback],
    minItems: 1,
    maxItems: 50
  })
}

/** The `settings` by which a tenant says who takes part; all of them have defaults. */
export function settingsOf<F extends TProperties>(fields: F) {
  return Type.Object(fields, { title: 'Who counts as an active customer?', additionalProperties: false, default: {} })
}

/** For comparing names: capitals and blanks around do not matter. */
export function folded(name: string): string {
  return name.trim().toLowerCase()
}

/** `"Customer" or "Client"` */
export function quoted(names: readonly string[], between = ' or '): string {
  return names.map(name => `"${name}"`).join(between)
}

/** The label of a number in a record, which lists of labels have as text; null: it has none. */
export function labelIn(labels: readonly Label[], number: unknown): string | null {
  const id = text(number)
  return labels.find(label => label.id === id)?.name ?? null
}

/** Where `Resolved` keeps the id of a name: `types:Customer`. */
const keyOf = (field: string, name: string) => `${field}:${name}`

/** Connector.resolve. @param vendor its name, for the words of a problem */
export function resolveNames(vendor: string, fields: readonly NamedField[], before: Resolved): SettingsResolution {
  const resolved: Record<string, string> = {}
  const problems: SettingsResolution['problems'][number][] = []
  for (const { field, one, names, labels } of fields) {
    const ids = new Set(labels.map(({ id }) => id))
    const byName = new Map(labels.toReversed().map(({ id, name }) => [folded(name), id]))
    const choices = [...new Set(labels.map(({ name }) => name))]
    for (const [at, name] of names.entries()) {
      const former = before[keyOf(field, name)]
      const id = former !== undefined && ids.has(former) ? former : byName.get(folded(name))
      if (id !== undefined) resolved[keyOf(field, name)] = id
      else {
        const message = `${vendor} has no ${one} named "${name}". It has: ${choices.join(', ')}.`
        problems.push({ pointer: `/${field}/${at}`, message, choices })
      }
    }
  }
  return { resolved, problems }
}

/** The ids that the names of a field mean; names that were not resolved mean none. */
export function idsOf(field: string, names: readonly string[], resolved: Resolved): ReadonlySet<string> {
  return new Set(names.map(name => resolved[keyOf(field, name)]).filter(id => id !== undefined))
}
