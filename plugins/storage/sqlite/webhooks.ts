import type { Webhook, WebhookStore } from '../webhook-port.ts'
import type { Database, Row } from './database.ts'

export function webhookStore(database: Database): WebhookStore {
  return {
    tryInsert: (webhook, most) =>
      database.write(() => {
        const { id, tenant, url, createdAt, ended } = webhook
        const { count } = database.one('SELECT count(*) AS count FROM webhooks WHERE tenant = ?', tenant)!
        if (count >= most) return false
        database.run(
          'INSERT INTO webhooks (id, tenant, url, created_at, ended) VALUES (?, ?, ?, ?, ?)',
          id,
          tenant,
          url,
          createdAt,
          ended && JSON.stringify(ended)
        )
        return true
      }),

    get: (tenant, id) =>
      database.read(() => {
        const row = database.one('SELECT * FROM webhooks WHERE id = ? AND tenant = ?', id, tenant)
        return row ? toWebhook(row) : null
      }),

    list: tenant =>
      database.read(() =>
        database.all('SELECT * FROM webhooks WHERE tenant = ? ORDER BY created_at, id', tenant).map(toWebhook)
      ),

    end: (tenant, id, reason) =>
      database.write(() => {
        const ended = JSON.stringify({ at: new Date(database.now()).toISOString(), reason })
        database.run('UPDATE webhooks SET ended = ? WHERE id = ? AND tenant = ? AND ended IS NULL', ended, id, tenant)
      }),

    remove: (tenant, id) =>
      database.write(() => {
        const { changes } = database.run('DELETE FROM webhooks WHERE id = ? AND tenant = ?', id, tenant)
        if (changes === 1) database.run('DELETE FROM deliveries WHERE webhook_id = ?', id)
        return changes === 1
      })
  }
}

export function toWebhook({ id, tenant, url, created_at: createdAt, ended }: Row): Webhook {
  return { id, tenant, url, createdAt, ended: ended === null ? null : JSON.parse(ended) }
}
