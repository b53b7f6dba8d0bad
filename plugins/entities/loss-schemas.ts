/** Losses as the API tells them. */
import { type Static, type TSchema, Type } from 'typebox'
import { StringOrNull } from '../http/schemas/fields.ts'
import { orNull } from '../http/schemas/or-null.ts'
import { type Loss, type LossKind, lossKinds } from './loss.ts'

export const LossKindName = Type.Enum([...lossKinds], {
  description: 'costs and vendors: of single agreements, whose cost or vendor falls'
})

/** Something for each kind; those without are absent. */
export function ByKind<Value extends TSchema>(value: Value, description: string) {
  const properties = Object.fromEntries(lossKinds.map(kind => [kind, value])) as Record<LossKind, Value>
  return Type.Partial(Type.Object(properties), { description })
}

export const LossItem = Type.Object({
  key: Type.String({
    description:
      'What it is about, within its client: client, address, emails, phones, websites, agreement:7, cost:7, vendor:7'
  }),
  kind: LossKindName,
  was: orNull(Type.String(), { description: 'What is stored, for people; cut at 200 characters' }),
  to: orNull(Type.String(), { description: 'What it would be; null: nothing' }),
  reason: Type.String({ description: 'In words: the rule, or what is not listed any more' }),
  values: Type.Array(Type.String(), { description: 'The values that would go, where it is a list' }),
  amount: orNull(Type.Object({ sum: Type.String(), value: Type.String() }), {
    description: 'Agreements and costs: what the sum of a currency and cycle (`USD/Monthly`) would lose'
  }),
  leaves: orNull(Type.Object({ status: Type.Enum(['inactive', 'gone']), rule: StringOrNull }), {
    description: 'Clients: the status it would have, and the rule that says so'
  })
})

export function presentLoss({ key, kind, was, to, reason, values, amount, leaves }: Loss): Static<typeof LossItem> {
  return {
    ...{ key, kind, was, to, reason },
    values: [...(values ?? [])],
    amount: amount ?? null,
    leaves: leaves ?? null
  }
}
