import type { FieldTree } from '../../kit/index.ts'
import { badParameter } from '../refusal.ts'
import { type FieldKind, kindOf, targetOf } from '../schema.ts'

/** Reads `fields=id,status/id,_info/lastUpdated`; undefined means the whole record. */
export function readFields(schema: string, text: string | undefined): FieldTree | undefined {
  if (text === undefined || text.trim() === '') return undefined
  const tree: FieldTree = {}
  for (const path of text.split(',')) {
    const steps = path.trim().split('/')
    check(schema, steps, path.trim())
    let node = tree
    for (const [depth, step] of steps.entries()) {
      const known = node[step]
      if (known === true) break
      if (depth === steps.length - 1) {
        node[step] = true
        break
      }
      const inner: FieldTree = known ?? {}
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
