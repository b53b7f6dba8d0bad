import { toRun as fromFormer } from '../former-shapes.ts'
import type { Run } from '../port.ts'
import type { RunDocument } from './documents.ts'

export function toRun(document: RunDocument): Run {
  const { _id: id, ended: _ended, kinds: _kinds, ...run } = document
  return fromFormer({ id, ...run })
}
