import type { Claim, Lease, LeaseStore } from '../port.ts'
import { dueRows, FREE } from './claims.ts'
import { keepClock } from './clock.ts'
import type { Database, Row } from './database.ts'
import { toInstallation, updateColumns } from './installations.ts'
import { applyProgress, outcomeColumns } from './progress.ts'

export function leaseStore(database: Database): LeaseStore {
  const claim = (id: string, owner: string, until: number): Claim => {
    const row = database.one('SELECT * FROM installations WHERE id = ?', id)!
    const token = row.token + 1
    updateColumns(database, id, { token, lease_owner: owner, lease_until: until })
    const installation = { ...toInstallation(row), token, leaseOwner: owner, leaseUntil: until }
    const { tenant, connectionId, id: installationId } = installation
    return {
      lease: { tenant, connectionId, installationId, owner, token },
      installation,
      takenOver: row.lease_owner !== null
    }
  }

  const held = (lease: Lease): Row | undefined =>
    database.one(
      'SELECT requested, hold FROM installations WHERE id = ? AND tenant = ? AND token = ?',
      lease.installationId,
      lease.tenant,
      lease.token
    )

  return {
    claimDue: (owner, limit, ttlMs, shares) =>
      database.write(() => {
        const now = database.now()
        return dueRows(database, now, limit, shares).map(id => claim(id, owner, now + ttlMs))
      }),

    claimSiblings: (owner, { tenant, connectionId, installationId }, withinMs, ttlMs) =>
      database.write(() => {
        const now = database.now()
        return database
          .all(
            `SELECT id FROM installations WHERE connection_id = ? AND tenant = ? AND id <> ? AND ${FREE}
              AND wake_at <= ? ORDER BY wake_at, id`,
            connectionId,
            tenant,
            installationId,
            now,
            now + withinMs
          )
          .map(({ id }) => claim(id, owner, now + ttlMs))
      }),

    tryClaim: (owner, tenant, installationId, ttlMs) =>
      database.write(() => {
        const now = database.now()
        const free = database.one(
          `SELECT 1 FROM installations WHERE id = ? AND tenant = ? AND wanted <> 'erasing'
            AND (lease_until IS NULL OR lease_until <= ?)`,
          installationId,
          tenant,
          now
        )
        return free ? claim(installationId, owner, now + ttlMs) : null
      }),

    giveBack: ({ lease, takenOver }) =>
      database.write(() => {
        if (!held(lease)) return
        updateColumns(database, lease.installationId, {
          lease_until: null,
          ...(!takenOver && { lease_owner: null })
        })
      }),

    hasSeveralTenants: () =>
      database.read(() => {
        const end = (order: string) =>
          `(SELECT tenant FROM installations WHERE wanted = 'running' ORDER BY tenant ${order} LIMIT 1)`
        return database.one(`SELECT ${end('ASC')} <> ${end('DESC')} AS several`)!.several === 1
      }),

    tryRenew: (lease, ttlMs) =>
      database.write(
        () =>
          database.run(
            'UPDATE installations SET lease_until = ? WHERE id = ? AND tenant = ? AND token = ? AND lease_owner = ?',
            database.now() + ttlMs,
            lease.installationId,
            lease.tenant,
            lease.token,
            lease.owner
          ).changes === 1
      ),

    commit: (lease, progress) => database.writeFenced(lease, () => applyProgress(database, lease, progress)),

    tryRelease: (lease, outcome) =>
      database.write(() => {
        if (!held(lease)) return false
        applyProgress(database, lease, outcome)
        const { requested, hold } = held(lease)!
        const isThere = requested !== null || (hold !== null && JSON.parse(hold).decision !== null)
        const waits = isThere && !outcome.isLeftToOthers
        updateColumns(database, lease.installationId, outcomeColumns(outcome, waits, database.now()))
        return true
      }),

    nextDueInMs: () =>
      database.read(() => {
        const now = database.now()
        const row = database.one(`SELECT wake_at FROM installations WHERE ${FREE} ORDER BY wake_at LIMIT 1`, now)
        return row ? Math.max(0, row.wake_at - now) : null
      }),

    keepClock: () => keepClock(database),

    countDue: limit =>
      database.read(() => {
        const now = database.now()
        const sql = `SELECT count(*) AS due FROM (SELECT 1 FROM installations WHERE ${FREE} AND wake_at <= ? LIMIT ?)`
        return database.one(sql, now, now, limit)!.due
      })
  }
}
