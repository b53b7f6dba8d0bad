/** What a contract's services and bundles are: their billing period and whose they are, by the catalogue. */
import { text, type Unread } from 'integration-host/connector'
import { idWithin, labelIn, offspringOf, type Shelved, type VendorRecord } from 'integration-host/connector/kit'
import { entities } from '../api/entities.ts'
import { oneOf } from '../api/filter.ts'
import { count, exists, labelsOf, readBy } from '../api/lists.ts'
import { type HeldLine, reckonedOn, rowInForce } from '../mappings/terms.ts'
import { type Held, heldKinds } from './contract-parts.ts'
import type { Reading } from './reading.ts'

/** @returns what makes the lines of a contract, and tells what of them cannot be read */
export async function openLines(
  reading: Reading,
  contracts: readonly VendorRecord[],
  [services, bundles]: readonly [Held, Held]
): Promise<(contract: VendorRecord, unread: Unread[]) => HeldLine[]> {
  const idsOf = ({ kind, held }: Held, of = contracts) =>
    of.flatMap(({ id }) => held.of(id).map(one => idWithin(one, heldKinds[kind].ofId) ?? ''))
  const rowOf = (rows: readonly VendorRecord[], contract: VendorRecord) =>
    rowInForce(rows, reckonedOn(contract, reading.asOf))
  const bundleIds = new Set(idsOf(bundles))
  const [ofBundles, members] = await Promise.all([reading.bundles.find(bundleIds), membersOf(reading, bundleIds)])
  const ofServices = await reading.services.find([...idsOf(services), ...[...bundleIds].flatMap(members.of)])
  const named = [...contracts.flatMap(({ id }) => services.rows.of(id)), ...[...ofServices.values()].map(recordOf)]
  const vendors = await reading.vendors.find(named.flatMap(one => vendorIdOf(one) ?? []))
  const labels = async ({ kind }: Held, isNeeded: boolean) =>
    isNeeded ? labelsOf(reading.session, kind === 'service' ? entities.services : entities.bundles, 'periodType') : []
  const periods = {
    service: await labels(services, ofServices.size > 0),
    bundle: await labels(bundles, bundleIds.size > 0)
  }

  return (contract, unread) => {
    const nameOf = (record: VendorRecord | undefined): string | null => {
      const vendor = vendors.get(vendorIdOf(record) ?? '') ?? null
      if (vendor && 'unread' in vendor) unread.push({ key: `vendor:${contract.id}`, reason: vendor.unread })
      return text(recordOf(vendor)?.companyName)
    }
    const makerOf = (of: VendorRecord | undefined) => nameOf(of) ?? text(of?.manufacturerServiceProvider)
    const ownBundles = idsOf(bundles, [contract])
    const reason = ownBundles.map(members.unread).find(why => why !== undefined)
    if (reason !== undefined) unread.push(...unreadCost(contract.id, reason))
    const inBundles = new Set(ownBundles.flatMap(members.of))
    return [services, bundles].flatMap(({ kind, held, rows }) =>
      held.of(contract.id).map(one => {
        const ofId = idWithin(one, heldKinds[kind].ofId) ?? ''
        const source = (kind === 'service' ? ofServices : ofBundles).get(ofId) ?? null
        if (source && 'unread' in source) unread.push(...unreadCost(contract.id, source.unread))
        const own = rows.of(contract.id).filter(row => idWithin(row, heldKinds[kind].heldId) === one.id)
        const ofMembers = kind === 'service' ? [] : members.of(ofId)
        const makers = [recordOf(source), ...ofMembers.map(id => recordOf(ofServices.get(id)))].map(makerOf)
        return {
          key: `${kind === 'bundle' ? 'b' : ''}${one.id}`,
          held: one,
          rows: own,
          period: labelIn(periods[kind], recordOf(source)?.periodType),
          vendor: nameOf(rowOf(own, contract)) ?? makers.find(name => name !== null) ?? null,
          isInBundle: kind === 'service' && inBundles.has(ofId)
        }
      })
    )
  }
}

/** Nothing of what a contract costs, nor whose it is, can be told. */
export function unreadCost(contract: string, reason: string): Unread[] {
  return ['service', 'part', 'vendor'].map(kind => ({ key: `${kind}:${contract}`, reason }))
}

const recordOf = (shelved: Shelved | undefined): VendorRecord | undefined =>
  shelved && 'record' in shelved ? shelved.record : undefined

/** 0 stands for "not set" as well as null does. */
function vendorIdOf(record: VendorRecord | undefined): string | undefined {
  const id = idWithin(record, 'vendorCompanyID')
  return id === '0' ? undefined : id
}

interface Members {
  /** Ids of the services in a bundle. */
  of(bundle: string): string[]
  /** Why it is not known what is in a bundle; undefined: it is. */
  unread(bundle: string): string | undefined
}

/**
 * The services in bundles: they are paid for with them. Counted, since a member that one answer lacks would be added up
 * once more, and nothing of the contract would be missing.
 */
async function membersOf({ session }: Reading, bundles: ReadonlySet<string>): Promise<Members> {
  const entity = entities.bundleMembers
  const bundleOf = (member: unknown) => idWithin(member, 'serviceBundleID')
  const lacks = (member: VendorRecord) =>
    bundleOf(member) === undefined || idWithin(member, 'serviceID') === undefined
      ? `Autotask does not say which service of which bundle ${entity.path} ${member.id} is.`
      : undefined
  const answers = await readBy(session, entity, 'serviceBundleID', [...bundles], {
    filter: [],
    lacks,
    neverEmpty: true
  })
  const short = new Set<string>()
  for (const { ids, records, unusable } of answers) {
    const counted = await count(session, entity, [oneOf('serviceBundleID', ids)])
    if (records.length + unusable.length < counted) for (const id of ids) short.add(id)
  }
  const isAmong = (id: string, some: readonly string[]) =>
    exists(session, entity, [oneOf('id', [id]), oneOf('serviceBundleID', some)])
  const members = await offspringOf({ kind: 'member', parentOf: bundleOf, isAmong }, answers)
  return {
    of: bundle => members.of(bundle).map(member => idWithin(member, 'serviceID')!),
    unread: bundle =>
      short.has(bundle) ? 'Autotask lists fewer services of bundles than it counts.' : members.unread(bundle)[0]?.reason
  }
}
