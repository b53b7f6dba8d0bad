import type { IncomingMessage } from 'node:http'
import {
  createRecordWriter,
  createSite,
  createVisibility,
  type Door,
  type FaultHandle,
  type Hiding,
  type LoggedRequest,
  type Oracle,
  openDoor,
  readBasic,
  type Site,
  type VendorRecord
} from '../kit/index.ts'
import { type Account, type TableName, tableNames } from './accounts/account.ts'
import { demoAccount } from './accounts/demo.ts'
import { createAnswerer } from './answers/answerer.ts'
import { createRole, type Permission } from './answers/permissions.ts'
import { shape } from './answers/shape.ts'
import { subjectOf } from './answers/subject.ts'
import { addFault, type ConnectWiseRule } from './faults.ts'
import { createMutations, type Mutations } from './mutations.ts'
import type { ApiAccount, ConnectWiseOptions } from './options.ts'
import { type ConnectWiseSettings, connectWiseOracle } from './oracle.ts'

/** Made-up credentials of the double's API member. */
export const apiAccount: ApiAccount = {
  companyId: 'fernhollow_demo',
  publicKey: 'FakePublicKey001',
  privateKey: 'FakePrivateKey01',
  clientId: '00000000-0000-4000-8000-00000000c11e'
}

/** A running double, with what a test does to it. */
export interface ConnectWiseServer extends Mutations {
  /** Origin, e.g. `http://127.0.0.1:4001`. */
  readonly url: string
  readonly port: number
  readonly account: ApiAccount
  readonly data: Account
  /** What the host should show of this account. */
  readonly oracle: Oracle<ConnectWiseSettings>
  /** The release path in force. */
  readonly release: string
  readonly requests: LoggedRequest[]
  requestCounts: () => Record<string, number>
  /** The most requests that were in flight at once since the last reset. @param endpoint only to this one */
  mostInFlight: (endpoint?: string) => number
  resetLog: () => void
  fail: (rule: ConnectWiseRule) => FaultHandle
  /** Rows that the role may not see: without an error they are in no list, no count and under no id. */
  hide: (table: TableName, where?: (record: VendorRecord) => boolean) => Hiding
  revoke: (permission: Permission) => void
  grant: (permission: Permission) => void
  /** The instance is upgraded: the old release path is 404 from now on. */
  upgrade: (release: string) => void
  setLatency: (milliseconds: number) => void
  /** The same account behind another address; closed with the server. */
  alsoAt: (options?: { port?: number }) => Promise<Door>
  close: () => Promise<void>
}

/** Starts a ConnectWise PSA double on 127.0.0.1. */
export async function startConnectWise(options: ConnectWiseOptions = {}): Promise<ConnectWiseServer> {
  const [server] = await startConnectWiseCloud([options])
  return server!
}

/**
 * Several accounts behind one address, as on the vendor's cloud: who signs in decides. Each needs a `companyId` of its
 * own in `api`; port and TLS are those of the first. Closing one closes all.
 */
export async function startConnectWiseCloud(accounts: readonly ConnectWiseOptions[]): Promise<ConnectWiseServer[]> {
  const instances = accounts.map(createInstance)
  const ids = instances.map(({ server }) => server.account.companyId.toLowerCase())
  if (new Set(ids).size < ids.length) throw new Error('Accounts behind one address need different company ids')
  const siteOf = (request: IncomingMessage): Site => {
    const [, asked] = /^\/login\/companyinfo\/([^/?]+)/.exec(request.url ?? '') ?? []
    const named = asked ?? readBasic(request.headers)?.user.split('+')[0]
    return (instances[ids.indexOf(named?.toLowerCase() ?? '')] ?? instances[0]!).site
  }
  const { port, tls } = accounts[0] ?? {}
  const doors = [await openDoor(siteOf, { port, tls })]
  const close = async () => void (await Promise.all(doors.map(door => door.close())))
  const alsoAt = async (options: { port?: number } = {}) => {
    const door = await openDoor(siteOf, { ...options, tls })
    doors.push(door)
    return door
  }
  return instances.map(({ server }) =>
    Object.assign(server, { url: doors[0]!.url, port: doors[0]!.port, alsoAt, close })
  )
}

/** One account, before it has an address. */
export function createInstance(options: ConnectWiseOptions) {
  const data = options.account ?? demoAccount(1)
  const api = { ...apiAccount, ...options.api }
  const now = options.now ?? (() => new Date())
  const role = createRole(options.revoked ?? [])
  const writer = createRecordWriter()
  const visibility = createVisibility()
  let release = options.release ?? 'v2026_1'

  const seen = { latencyMs: data.latencyMs } as Account
  for (const name of tableNames) Object.defineProperty(seen, name, { get: () => visibility.view(data[name]) })
  const answer = createAnswerer({ options, account: seen, api, role, writer, release: () => release })
  const site = createSite(
    {
      name: 'ConnectWise',
      shape,
      subject: subjectOf,
      answer,
      headers: () => ({ 'api-current-version': release.slice(1).replace('_', '.') }),
      loggedHeaders: ['clientid', 'pagination-type'],
      nameOf: path => path.replace(/^\/[^/]+\/apis\/3\.0/, '').replace(/\/\d+(?=\/|$)/g, '/{id}')
    },
    { now, latencyMs: options.latencyMs ?? data.latencyMs }
  )
  const mutations = createMutations(data, {
    now,
    additionMovesAgreement: options.additionMovesAgreement ?? false,
    contactMovesCompany: options.contactMovesCompany ?? false,
    typeMovesCompany: options.typeMovesCompany ?? false,
    additionExtends: options.additionExtends ?? 'quantity'
  })
  const server = {
    ...mutations,
    account: api,
    data,
    oracle: connectWiseOracle(data, now),
    get release() {
      return release
    },
    requests: site.log.requests,
    requestCounts: site.log.counts,
    mostInFlight: site.log.mostInFlight,
    resetLog: site.log.reset,
    fail: (rule: ConnectWiseRule) => addFault(rule, { book: site.book, writer, data }),
    hide: (table: TableName, where?: (record: VendorRecord) => boolean) => visibility.hide(data[table], where),
    revoke: role.revoke,
    grant: role.grant,
    upgrade: (next: string) => {
      release = next
    },
    setLatency: site.setLatency
  }
  return { site, server }
}
