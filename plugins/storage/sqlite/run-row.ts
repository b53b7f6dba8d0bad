import { toRun as fromFormer } from '../former-shapes.ts'
import type { Run } from '../port.ts'
import type { Row } from './database.ts'

export function toRun({ body }: Row): Run {
  return fromFormer(JSON.parse(body))
}
