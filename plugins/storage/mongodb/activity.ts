import type { Filter, FindOptions } from 'mongodb'
import type { ActivityEntry, ActivityFilter, ActivityStore } from '../activity-port.ts'
import type { ActivityDocument, Collections } from './documents.ts'
import { isDuplicateKey, LOST_RACES, repeated } from './failures.ts'
import { byPeople } from './schema.ts'
import { pageOf, stepwise } from './steps.ts'

/** A tenant's name holds no slash. */
export const activityId = ({ tenant, seq }: Pick<ActivityEntry, 'tenant' | 'seq'>) => `${tenant}/${seq}`

function toEntry({ _id, ...entry }: ActivityDocument): ActivityEntry {
  return entry
}

interface Listed {
  readonly where: Filter<ActivityDocument>
  readonly hint: NonNullable<FindOptions['hint']>
}

function listed({ actor, action, by }: ActivityFilter): Listed {
  if (by === 'host') return { where: { actor: { $eq: null } }, hint: 'by-actor' }
  if (by === 'people') return { where: byPeople, hint: 'of-people' }
  if (actor !== undefined) return { where: { actor: { $eq: actor } }, hint: 'by-actor' }
  if (action !== undefined) return { where: { action: { $eq: action } }, hint: 'by-action' }
  return { where: {}, hint: 'by-number' }
}

export function activityStore({ activity, activityAnchors, cursors }: Collections): ActivityStore {
  const anchorOf = (tenant: string) => activityAnchors.findOne({ _id: { $eq: tenant } })

  return {
    async last(tenant) {
      const [entry] = await activity
        .find({ tenant: { $eq: tenant } })
        .sort({ seq: -1 })
        .limit(1)
        .toArray()
      const end = entry ?? (await anchorOf(tenant))
      return end && { seq: end.seq, mac: end.mac }
    },

    async tryAppend(entry) {
      if (((await anchorOf(entry.tenant))?.seq ?? 0) >= entry.seq) return false
      try {
        await activity.insertOne({ _id: activityId(entry), ...entry })
        return true
      } catch (error) {
        if (isDuplicateKey(error)) return false
        throw error
      }
    },

    async list(tenant, filter, { limit, cursor }) {
      const before = cursors.decode('activity', cursor)
      const { where, hint } = listed(filter)
      const found = activity
        .find(
          { tenant: { $eq: tenant }, ...where, ...(before && { seq: { $lt: Number(before[0]) } }) },
          { ...stepwise(limit), hint }
        )
        .sort({ seq: -1 })
      return cursors.listing('activity', await pageOf(found, limit, toEntry), ({ seq }) => [String(seq)])
    },

    async walk(tenant, afterSeq, limit) {
      const found = await activity
        .find({ tenant: { $eq: tenant }, seq: { $gt: afterSeq } })
        .sort({ seq: 1 })
        .limit(limit)
        .toArray()
      return found.map(toEntry)
    },

    async tenants(after, limit) {
      const names = new Set<string>()
      // One step along the index for each tenant.
      for (let last = after ?? ''; names.size < limit; ) {
        const [next] = await activity
          .find({ tenant: { $gt: last } })
          .sort({ tenant: 1, seq: -1 })
          .limit(1)
          .toArray()
        if (!next) break
        last = next.tenant
        names.add(last)
      }
      const anchored = await activityAnchors
        .find(after === null ? {} : { _id: { $gt: after } })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray()
      for (const { _id } of anchored) names.add(_id)
      return [...names].sort().slice(0, limit)
    },

    async anchor(tenant) {
      const found = await anchorOf(tenant)
      return found && { seq: found.seq, mac: found.mac, keyId: found.keyId, anchorMac: found.anchorMac }
    },

    async prune(tenant, anchor) {
      const put = () =>
        activityAnchors.updateOne(
          { _id: { $eq: tenant }, seq: { $lt: anchor.seq } },
          { $set: { ...anchor } },
          { upsert: true }
        )
      try {
        await repeated(put, LOST_RACES)
      } catch (error) {
        // There is one that is as far or further: its entries are for whoever put it.
        if (!isDuplicateKey(error)) throw error
        if ((await anchorOf(tenant))?.seq !== anchor.seq) return
      }
      await activity.deleteMany({ tenant: { $eq: tenant }, seq: { $lte: anchor.seq } })
    }
  }
}
