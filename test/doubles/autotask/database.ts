import type { IncomingMessage } from 'node:http'
import {
  createLockout,
  createRecordWriter,
  createRollingLimit,
  createSite,
  createVisibility,
  type FaultRule,
  type VendorRecord
} from '../kit/index.ts'
import { demoAccount } from './accounts/demo.ts'
import { createAdmission } from './answers/admission.ts'
import { createAnswerer } from './answers/answerer.ts'
import { shape } from './answers/shape.ts'
import { resourceOf, subjectOf } from './answers/subject.ts'
import { createMutations } from './mutations/index.ts'
import type { ApiUser, AutotaskOptions } from './options.ts'
import { autotaskOracle } from './oracle/oracle.ts'
import { createPresenting } from './presenting.ts'
import type { EntityName } from './schema.ts'

/** Made-up keys of the double's first API user. */
export const apiUser: ApiUser = {
  userName: 'fake+api.user@fernhollow.example',
  secret: 'Fake#Secret-0001',
  integrationCode: 'FAKEINTEGRATIONCODE00000001'
}

/** Where databases are, and who is in which. */
export interface Zones {
  /** The zone to whose address the request came; undefined: to the one that only tells zones. */
  zoneOf: (request: IncomingMessage) => string | undefined
  zoneInformation: (userName: string) => object | undefined
}

const hour = 3600_000

/** One database with its API users, log and faults; `shared` knows the others. */
export function createDatabase(options: AutotaskOptions, shared: Zones) {
  const data = options.account ?? demoAccount(1)
  const now = options.now ?? (() => new Date())
  const { callsAnHour = 10_000, lockAfter = 5 } = options
  const users: ApiUser[] = [{ ...apiUser, ...options.user }]
  const lockout = createLockout(lockAfter === false ? Number.POSITIVE_INFINITY : lockAfter)
  const limit = callsAnHour === false ? undefined : createRollingLimit({ requests: callsAnHour, perMs: hour, now })
  const visibility = createVisibility()
  const presenting = createPresenting(options)
  const writer = createRecordWriter(presenting.present)
  const revoked = new Set<EntityName>()
  let zone = options.zone ?? '3'

  const answer = createAnswerer({
    options,
    account: data,
    seen: entity => visibility.view(data.tables[entity]),
    users,
    lockout,
    limit,
    access: entity => (revoked.has(entity) ? 0 : visibility.view(data.tables[entity]) === data.tables[entity] ? 1 : 2),
    writer,
    looks: presenting.looks,
    isAtHome: ({ request }) => shared.zoneOf(request) === zone,
    zoneInformation: shared.zoneInformation
  })
  const site = createSite(
    {
      name: 'Autotask',
      shape,
      subject: subjectOf,
      answer,
      admit: createAdmission(options, limit),
      nameOf: path => `/${(resourceOf(path) ?? path).replace(/(^|\/)-?\d+(?=\/|$)/g, '$1{id}')}`
    },
    { now, latencyMs: options.latencyMs ?? data.latencyMs }
  )
  const fail = (rule: FaultRule<EntityName, never>) => {
    if (rule.kind !== 'oddRecord') return site.book.add(rule)
    const table = data.tables[rule.table ?? 'Companies']
    writer.distort(table, rule.id, rule.odd)
    return site.book.add(rule, () => writer.distort(table, rule.id, undefined), true)
  }
  const server = {
    ...createMutations(data, {
      now,
      trackedFields: options.trackedFields ?? 'all',
      contactMovesCompany: options.contactMovesCompany ?? false,
      locationMovesCompany: options.locationMovesCompany ?? false,
      serviceMovesContract: options.serviceMovesContract ?? false
    }),
    data,
    user: users[0]!,
    users,
    oracle: autotaskOracle(data, now),
    requests: site.log.requests,
    requestCounts: site.log.counts,
    mostInFlight: site.log.mostInFlight,
    resetLog: site.log.reset,
    setLatency: site.setLatency,
    fail,
    /** Rows that the user's level or line of business may not see: without an error they are nowhere. */
    hide: (entity: EntityName, where?: (record: VendorRecord) => boolean) =>
      visibility.hide(data.tables[entity], where),
    /** Entities that the level may not read at all. */
    revoke: (...entities: EntityName[]) => {
      for (const entity of entities) revoked.add(entity)
    },
    grant: (...entities: EntityName[]) => {
      for (const entity of entities) revoked.delete(entity)
    },
    /** The level is "Can't Read Costs": costs are null, prices stay. */
    hideCosts: presenting.hideCosts,
    /** In the last hour, others' calls included. */
    callsUsed: () => limit?.used() ?? 0,
    /** Calls that the MSP's other tools make now. */
    spendCalls: (count: number) => limit?.spend(count),
    /** Another API user of the same database. */
    addUser: (user: Partial<ApiUser> & { userName: string }) => {
      const added = { ...apiUser, ...user }
      users.push(added)
      return added
    },
    removeUser: (userName: string) => {
      users.splice(
        users.findIndex(user => user.userName === userName),
        1
      )
    },
    changeSecret: (userName: string, secret: string) => {
      const at = users.findIndex(user => user.userName === userName)
      users[at] = { ...users[at]!, secret }
    },
    lock: (userName = users[0]!.userName) => lockout.lock(userName),
    unlock: (userName = users[0]!.userName) => lockout.unlock(userName),
    isLocked: (userName = users[0]!.userName) => lockout.isLocked(userName)
  }
  return {
    site,
    server,
    databaseId: options.databaseId ?? 123_456,
    announcedUrl: options.announcedUrl,
    get zone() {
      return zone
    },
    moveTo: (next: string) => {
      zone = next
    }
  }
}

export type AutotaskDatabase = ReturnType<typeof createDatabase>
