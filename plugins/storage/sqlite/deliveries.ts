import type { Delivery, DeliveryNow, DeliveryStore } from '../webhook-port.ts'
import type { Database, Row } from './database.ts'

export function deliveryStore(database: Database): DeliveryStore {
  return {
    add: ({ id, tenant, webhookId, body, createdAt }) =>
      database.write(() => {
        database.run(
          `INSERT OR IGNORE INTO deliveries (id, tenant, webhook_id, body, created_at, tries, due_at)
            VALUES (?, ?, ?, ?, ?, 0, ?)`,
          id,
          tenant,
          webhookId,
          body,
          createdAt,
          database.now()
        )
      }),

    claimDue: (limit, leaseMs) =>
      database.write(() => {
        const now = database.now()
        return database
          .all(
            `UPDATE deliveries SET due_at = ?, tries = tries + 1 WHERE id IN (
              SELECT id FROM deliveries WHERE due_at <= ? ORDER BY due_at LIMIT ?
            ) RETURNING *`,
            now + leaseMs,
            now,
            limit
          )
          .map(toDelivery)
      }),

    postpone: (id, forMs, last) =>
      database.write(() => {
        const due = database.now() + forMs
        const text = JSON.stringify(last)
        database.run('UPDATE deliveries SET due_at = ?, last = ? WHERE id = ? AND due_at IS NOT NULL', due, text, id)
      }),

    finish: (id, last) =>
      database.write(() => {
        const [now, text] = [database.now(), last && JSON.stringify(last)]
        database.run('UPDATE deliveries SET due_at = NULL, finished = ?, last = ? WHERE id = ?', now, text, id)
      }),

    list: (tenant, webhookId, limit) =>
      database.read(() =>
        database
          .all(
            `SELECT * FROM deliveries WHERE webhook_id = ? AND tenant = ? ORDER BY created_at DESC, id DESC LIMIT ?`,
            webhookId,
            tenant,
            limit
          )
          .map(row => toDeliveryNow(row))
      ),

    prune: (olderThanMs, limit) =>
      database.write(
        () =>
          database.run(
            'DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE finished <= ? LIMIT ?)',
            database.now() - olderThanMs,
            limit
          ).changes
      )
  }
}

function toDeliveryNow(row: Row): DeliveryNow {
  const { last, due_at: due } = row
  return {
    ...toDelivery(row),
    last: last === null ? null : JSON.parse(last),
    dueAt: due === null ? null : new Date(due).toISOString()
  }
}

function toDelivery({ id, tenant, webhook_id: webhookId, body, created_at: createdAt, tries }: Row): Delivery {
  return { id, tenant, webhookId, body, createdAt, tries }
}
