import { Type } from 'typebox'

export const ProblemList = Type.Array(
  Type.Object({
    pointer: Type.String({ description: 'JSON pointer to the field at fault' }),
    message: Type.String(),
    choices: Type.Optional(Type.Array(Type.String(), { description: 'What could be there instead' }))
  })
)

const ProblemDocument = Type.Object(
  {
    type: Type.Optional(Type.String()),
    title: Type.Optional(Type.String()),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable; docs/errors.md has a row for each' }),
    detail: Type.String({ description: 'What to do' }),
    problems: Type.Optional(ProblemList)
  },
  { additionalProperties: true, description: 'RFC 9457, with what else the code promises beside it' }
)

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: ProblemDocument } }
})

/** For `schema.response` of every route: `{ 200: …, ...problemResponses }`. */
export const problemResponses = {
  '4xx': problem('The request cannot be carried out as it is'),
  '5xx': problem('The host or the vendor cannot do it now')
}
