import t from 'tap'
import { Type } from 'typebox'
import { schemaProblems } from '../../../../plugins/http/schemas/schema-problems.ts'

const form = Type.Object(
  { name: Type.String({ minLength: 2 }), 'a/b': Type.Optional(Type.Integer()), tags: Type.Array(Type.String()) },
  { additionalProperties: false }
)

t.test('each problem points to the field at fault, a missing or unknown one too', async t => {
  const pointers = (value: unknown) => schemaProblems(form, value, '/form').map(({ pointer }) => pointer)
  t.same(pointers({ name: 'ab', tags: [] }), [])
  t.same(pointers({ tags: [] }), ['/form/name'])
  t.same(pointers({ name: 'ab', tags: ['x', 1] }), ['/form/tags/1'])
  t.same(pointers({ name: 'ab', tags: [], more: 1 }), ['/form/more'])
  t.same(pointers({ name: 'a', tags: [], 'a/b': 'x' }).toSorted(), ['/form/a~1b', '/form/name'])
})

t.test('a message holds nothing of the value', async t => {
  for (const { message } of schemaProblems(form, { name: 7, tags: 'fake-secret' }, ''))
    t.notMatch(message, /fake-secret|7/)
})
