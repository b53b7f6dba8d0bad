import { Type } from 'typebox'
import { ProblemList } from '../http/schemas/problem-schema.ts'

export const Check = Type.Object({
  name: Type.String(),
  status: Type.Enum(['passed', 'failed', 'skipped']),
  message: Type.String(),
  fix: Type.Optional(Type.String())
})

/** What every validation answers. */
export const validationAnswer = {
  valid: Type.Boolean(),
  account: Type.Optional(Type.Object({ id: Type.String(), name: Type.String(), origin: Type.String() })),
  checks: Type.Array(Check),
  problems: ProblemList,
  remarks: Type.Array(Type.String(), { description: 'What was put right by itself, in sentences' })
}
