import t from 'tap'
import { Type as TypeBox } from 'typebox'
import Value from 'typebox/value'
import { Type } from '../../plugins/type.ts'

/** Everything of a schema, also the marks that are hidden from those who list its keywords. */
function laidOpen(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(laidOpen)
  if (value === null || typeof value !== 'object') return value
  const names = Object.getOwnPropertyNames(value).sort()
  return names.map(name => [name, Object.keys(value).includes(name), laidOpen((value as any)[name])])
}

/** The same schemas by either builder: each function, with options and without. */
function schemasBy(builder: typeof Type): Record<string, object> {
  const whole = builder.Object(
    { name: builder.String(), size: builder.Optional(builder.Integer({ default: 3 })) },
    { description: 'Both', additionalProperties: false }
  )
  return {
    array: builder.Array(builder.String(), { maxItems: 3 }),
    boolean: builder.Boolean(),
    enum: builder.Enum(['a', 'b'], { default: 'a' }),
    integer: builder.Integer({ minimum: 0 }),
    literal: builder.Literal('a'),
    literalNumber: builder.Literal(7, { description: 'Seven' }),
    literalBoolean: builder.Literal(true),
    null: builder.Null(),
    number: builder.Number(),
    object: whole,
    emptyObject: builder.Object({}),
    optionalOfObject: builder.Object({ whole: builder.Optional(whole) }),
    partial: builder.Partial(whole, { additionalProperties: false }),
    record: builder.Record(builder.String({ maxLength: 100 }), builder.Unknown(), { description: 'Any' }),
    string: builder.String({ pattern: '^a', writeOnly: true }),
    union: builder.Union([builder.String(), builder.Null()], { description: 'Perhaps' }),
    unsafe: builder.Unsafe<string | null>({ type: ['string', 'null'] }),
    unknown: builder.Unknown({ description: 'Anything' })
  }
}

t.test('builds what typebox builds, keyword for keyword and mark for mark', async t => {
  const [ours, theirs] = [schemasBy(Type), schemasBy(TypeBox)]
  for (const [name, schema] of Object.entries(theirs)) {
    t.equal(JSON.stringify(ours[name]), JSON.stringify(schema), name)
    t.same(laidOpen(ours[name]), laidOpen(schema), name)
  }
})

t.test('typebox checks and fills values by a schema of ours', async t => {
  const { object: ours } = schemasBy(Type)
  const { object: theirs } = schemasBy(TypeBox)
  t.same(Value.Default(ours!, { name: 'a' }), { name: 'a', size: 3 })
  t.same(Value.Errors(ours!, { name: 'a' }), [])
  const wrong = { name: 1, other: 2 }
  t.same(Value.Errors(ours!, wrong), Value.Errors(theirs!, wrong))
  t.ok(Value.Errors(ours!, wrong).length > 1)
})

t.test('schemas of both builders go together', async t => {
  const mixed = TypeBox.Object({ ours: Type.Optional(Type.String()), theirs: TypeBox.Optional(TypeBox.String()) })
  t.equal(mixed.required, undefined)
  t.equal(Type.Object({ theirs: TypeBox.Optional(TypeBox.String()) }).required, undefined)
})
