import type { Installation, InstallationChange, InstallationStore, NewInstallation } from '../port.ts'
import type { Collections, InstallationDocument } from './documents.ts'
import { fromNow, literal } from './expressions.ts'
import { DUPLICATE_KEY, failedOnlyBy, repeated } from './failures.ts'
import { afterOldest } from './paging.ts'
import { pageOf, stepwise } from './steps.ts'
import { countWaiting } from './waiting.ts'

function newDocument({ id, ...installation }: NewInstallation, now: number): InstallationDocument {
  return {
    _id: id,
    ...installation,
    wanted: 'running',
    attention: null,
    resettled: null,
    poll: null,
    pass: null,
    misfits: null,
    taken: [],
    hold: null,
    requested: null,
    currentRunId: null,
    lastRunId: null,
    lastPass: null,
    failures: 0,
    passFailures: 0,
    dueAt: new Date(now),
    compareDueAt: new Date(now + installation.schedule.compareEveryMs),
    token: 0,
    leaseOwner: null,
    leaseUntil: null,
    claimAt: new Date(now),
    takenOver: false,
    rev: 1,
    updatedAt: installation.createdAt
  }
}

export function installationStore(collections: Collections): InstallationStore {
  const { installations, runs, rejects, losses, history, seen, cursors } = collections
  return {
    async tryInsert(...fresh) {
      const now = await collections.now()
      try {
        // One command: a host that is killed leaves all of them or none.
        await installations.insertMany(fresh.map(one => newDocument(one, now)))
        return true
      } catch (error) {
        if (!failedOnlyBy(error, [DUPLICATE_KEY])) throw error
        // In order, up to the one that is there already.
        for (const { id, tenant } of fresh.slice(0, error.insertedCount))
          await installations.deleteOne({ _id: { $eq: id }, tenant: { $eq: tenant } })
        return false
      }
    },

    async get(tenant, id) {
      const found = await installations.findOne({ _id: { $eq: id }, tenant: { $eq: tenant } })
      return found && toInstallation(found)
    },

    async list(tenant, { connector, connectionId }, { limit, cursor }) {
      const found = installations
        .find(
          {
            tenant: { $eq: tenant },
            ...(connector !== undefined && { connector: { $eq: connector } }),
            ...(connectionId !== undefined && { connectionId: { $eq: connectionId } }),
            ...afterOldest(cursors.decode('installations', cursor))
          },
          // Of one connection there are as many as its connector has sync types: these are sorted.
          {
            ...stepwise(limit),
            hint: connectionId !== undefined ? 'by-connection' : connector !== undefined ? 'by-connector' : 'by-age'
          }
        )
        .sort({ createdAt: 1, _id: 1 })
      const page = await pageOf(found, limit, toInstallation)
      return cursors.listing('installations', page, item => [item.createdAt, item.id])
    },

    async listOf(tenant, connectionIds) {
      const found = await installations
        .find(
          { tenant: { $eq: tenant }, connectionId: { $in: [...connectionIds] } },
          { hint: 'by-connection', batchSize: 1001 }
        )
        .sort({ createdAt: 1, _id: 1 })
        .toArray()
      return found.map(toInstallation)
    },

    async tryUpdate(tenant, id, rev, change) {
      const changed = await repeated(() =>
        installations.findOneAndUpdate(
          {
            ...{ _id: { $eq: id }, tenant: { $eq: tenant }, rev: { $eq: rev } },
            ...(change.hold && { 'hold.revision': { $eq: change.hold.revision } })
          },
          [{ $set: toFields(change) }, keepClaimAt],
          { returnDocument: 'after' }
        )
      )
      return changed && toInstallation(changed)
    },

    // The installation goes last, so that a removal that was cut can be repeated.
    async remove(tenant, id) {
      const found = await installations.findOne({ _id: { $eq: id }, tenant: { $eq: tenant } })
      if (!found) return
      const its = { tenant: { $eq: tenant }, installationId: { $eq: id } }
      await rejects.deleteMany(its)
      await losses.deleteMany(its)
      await history.deleteMany({ connectionId: { $eq: found.connectionId }, ...its })
      await seen.deleteMany(its)
      await runs.deleteMany(its)
      await installations.deleteOne({ _id: { $eq: id }, tenant: { $eq: tenant } })
    },

    countWaiting: limit => countWaiting(collections, limit)
  }
}

const asTheyAre = [
  'wanted',
  'schedule',
  'settings',
  'resolved',
  'resettled',
  'attention',
  'hold',
  'poll',
  'pass',
  'misfits',
  'requested',
  'failures',
  'passFailures'
] as const

function toFields(change: InstallationChange): Record<string, unknown> {
  const fields: Record<string, unknown> = {
    rev: { $add: ['$rev', 1] },
    updatedAt: literal(new Date().toISOString())
  }
  for (const name of asTheyAre) if (change[name] !== undefined) fields[name] = literal(change[name])
  if (change.dueInMs !== undefined) fields.dueAt = fromNow(change.dueInMs)
  if (change.compareDueInMs !== undefined) fields.compareDueAt = fromNow(change.compareDueInMs)
  if (change.fence) Object.assign(fields, { token: { $add: ['$token', 1] }, leaseUntil: null })
  return fields
}

/** The last stage of every update that touches wanted, a due time or leaseUntil. null sorts below every date in $max. */
export const keepClaimAt = {
  $set: {
    claimAt: {
      $cond: [
        { $and: [{ $eq: ['$wanted', 'running'] }, { $ne: ['$dueAt', null] }] },
        { $max: [{ $min: ['$dueAt', '$compareDueAt'] }, '$leaseUntil'] },
        null
      ]
    }
  }
}

export function toInstallation(document: InstallationDocument): Installation {
  const { _id: id, dueAt, compareDueAt, leaseUntil, claimAt: _claimAt, takenOver: _takenOver, ...rest } = document
  return {
    id,
    ...rest,
    dueAt: dueAt?.getTime() ?? null,
    compareDueAt: compareDueAt.getTime(),
    leaseUntil: leaseUntil?.getTime() ?? null
  }
}
