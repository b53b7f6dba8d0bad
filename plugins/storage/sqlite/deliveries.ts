import type { Delivery, DeliveryStore } from '../webhook-port.ts'
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

    postpone: (id, forMs) =>
      database.write(() => {
        const due = database.now() + forMs
        database.run('UPDATE deliveries SET due_at = ? WHERE id = ? AND due_at IS NOT NULL', due, id)
      }),

    finish: id =>
      database.write(() => {
        database.run('UPDATE deliveries SET due_at = NULL, finished = ? WHERE id = ?', database.now(), id)
      }),

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

function toDelivery({ id, tenant, webhook_id: webhookId, body, created_at: createdAt, tries }: Row): Delivery {
  return { id, tenant, webhookId, body, createdAt, tries }
}
