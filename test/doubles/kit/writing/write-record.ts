import { stringifyWithRaw } from '../raw-json.ts'
import type { VendorRecord } from '../record.ts'
import { type FieldTree, project } from './project.ts'

const whole: FieldTree = {}
/** JSON of frozen values, which many records share, by the part of them that is asked. */
const sharedTexts = new WeakMap<object, Map<FieldTree, string>>()
/** One tree for the same list of fields of a reference, so that it can be a key. */
const knownTrees = new Map<string, FieldTree>()

/** The JSON of a record, or of the part that the tree names: what `JSON.stringify` gives, several times faster. */
export function writeRecord(record: VendorRecord, tree: FieldTree | undefined): string {
  let text = ''
  for (const field in tree ?? record) {
    const value = record[field]
    if (value === undefined) continue
    const inner = tree?.[field]
    text += `${text === '' ? '{' : ','}"${field}":${writeValue(value, inner === true ? undefined : inner)}`
  }
  return text === '' ? '{}' : `${text}}`
}

function writeValue(value: unknown, tree: FieldTree | undefined): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (!Object.isFrozen(value)) return stringify(value, tree)
  const key = tree ? sameTree(tree) : whole
  let texts = sharedTexts.get(value)
  if (!texts) {
    texts = new Map()
    sharedTexts.set(value, texts)
  }
  let text = texts.get(key)
  if (text === undefined) {
    text = stringify(value, tree)
    texts.set(key, text)
  }
  return text
}

function stringify(value: object, tree: FieldTree | undefined): string {
  if (!tree) return stringifyWithRaw(value)
  return stringifyWithRaw(Array.isArray(value) ? value.map(part => project(part, tree)) : project(value as any, tree))
}

function sameTree(tree: FieldTree): FieldTree {
  const text = JSON.stringify(tree)
  const known = knownTrees.get(text) ?? tree
  knownTrees.set(text, known)
  return known
}
