import type { FieldTree } from '../../kit/index.ts'
import { badParameter } from '../refusal.ts'
import { type FieldKind, kindOf, targetOf } from '../schema.ts'

const known = new Map<string, FieldTree>()
const mostKnown = 200

/** Reads `fields=id,status/id,_info/lastUpdated`; undefined means the whole record. */
export function readFields(schema: string, text: string | undefined): FieldTree | undefined {
  if (text === undefined || text.trim() === '') return undefined
  // A client asks for the same few again and again.
  const key = `${schema} ${text}`
  const tree = known.get(key) ?? parse(schema, text)
  if (known.size >= mostKnown) known.clear()
  known.set(key, tree)
  return tree
}

function parse(schema: string, text: string): FieldTree {
  const tree: FieldTree = {}
  for (const path of text.split(',')) {
    const steps = path.trim().split('/')
    check(schema, steps, path.trim())
    let node = tree
    for (const [depth, step] of steps.entries()) {
      const inside = node[step]
      if (inside === true) break
      if (depth === steps.length - 1) {
        node[step] = true
        break
      }
      const inner: FieldTree = inside ?? {}
      node[step] = inner
      node = inner
    }
  }
  return tree
}

function check(schema: string, steps: string[], path: string): void {
  let kind: FieldKind = `ref:${schema}`
  for (const step of steps) {
    if (kind === 'object') return
    const target = targetOf(kind)
    const next = target === undefined ? undefined : kindOf(target, step)
    if (!next) throw badParameter('fields', `No property or field '${path}' exists in type '${schema}'.`)
    kind = next
  }
}
