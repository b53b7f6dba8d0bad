import { Type } from 'typebox'
import { StringOrNull, Time, TimeOrNull } from '../http/schemas/fields.ts'
import { orNull } from '../http/schemas/or-null.ts'

const fields = {
  id: Type.String(),
  url: Type.String(),
  createdAt: Time,
  ended: orNull(Type.Object({ at: Time, reason: Type.String() }), {
    description: 'Why nothing is sent to it any more; null: it is served'
  })
}

export const WebhookView = Type.Object(fields)
export const WebhookMade = Type.Object({
  ...fields,
  secret: Type.String({ description: 'What messages are signed with (Standard Webhooks); shown this one time' })
})
export const WebhookOrder = Type.Object(
  {
    url: Type.String({
      minLength: 1,
      maxLength: 2000,
      description: 'A public https address, or one below what the operator allows (WEBHOOK_ALLOW)',
      examples: ['https://platform.example/hooks/integrations']
    })
  },
  { additionalProperties: false }
)
export const WebhookList = Type.Object({ items: Type.Array(WebhookView) })
export const WebhookTried = Type.Object({
  told: Type.Boolean(),
  reason: orNull(Type.String({ description: 'Why it was not told; null: it was' }))
})

export const Deliveries = Type.Object({
  items: Type.Array(
    Type.Object({
      id: Type.String({ description: 'webhook-id of the message' }),
      type: Type.String(),
      createdAt: Time,
      tries: Type.Integer({ minimum: 0 }),
      state: Type.Enum(['waiting', 'told', 'given-up']),
      lastTryAt: TimeOrNull,
      reason: StringOrNull,
      nextTryAt: TimeOrNull
    })
  )
})

export const AttentionList = Type.Object({
  items: Type.Array(
    Type.Object({
      installationId: Type.String(),
      connectionId: Type.String(),
      connector: Type.String(),
      syncType: Type.String(),
      code: Type.String({ description: 'docs/errors.md' }),
      detail: Type.String(),
      since: Time
    })
  )
})
