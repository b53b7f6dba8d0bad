/**
 * A connector whose accounts never change: a tick asks two small questions and writes nothing. What is left is the
 * host's own work for a run, for the figures about many installations.
 */
import { Type } from 'typebox'
import { type CallContext, defineConnector, type PassPage, type PollPage } from '../plugins/connector/contract.ts'
import { connectorPlugin } from '../plugins/connector/plugin.ts'
import type { Host } from '../plugins/integrations/host.ts'
import type { NewInstallation } from '../plugins/storage/port.ts'
import { tenant } from './bench-host.ts'

const syncType = 'nothing-new'

async function* pass(): AsyncGenerator<PassPage<never>> {
  yield { records: [], covers: { after: null, through: null }, position: {}, seen: {} }
}

async function* poll(context: CallContext): AsyncGenerator<PollPage<never>> {
  for (const list of ['accounts', 'people']) {
    await context.http.request({ url: `${context.credentials.origin}/idle/${list}` })
  }
  yield { records: [] }
}

const none = async function* () {}

export const idleConnector = connectorPlugin(
  defineConnector({
    contract: 1,
    name: 'idle',
    title: 'Idle',
    description: 'Accounts in which nothing happens, for benchmarks.',
    vendorHosts: ['*.idle.example'],
    rate: { requests: 600, perMs: 60_000, concurrency: 2 },
    credentials: Type.Object({
      origin: Type.String({ title: 'Origin', description: 'Where it is called', examples: ['https://a.idle.example'] }),
      account: Type.String({ title: 'Account', description: 'Whose it is', examples: ['7'] }),
      key: Type.String({ title: 'Key', description: 'Not looked at', examples: ['k'], writeOnly: true })
    }),
    endpointFields: ['origin'],
    settings: Type.Object({}, { additionalProperties: false }),
    vendorPermissions: [],
    syncTypes: [
      {
        name: syncType,
        title: 'Nothing New',
        conditions: ['None.'],
        data: ['None.'],
        triggers: ['None.'],
        recommends: [],
        rules: [{ name: 'any', title: 'Any record.', about: 'client', test: () => true }],
        owns: ['name'],
        idOrder: 'numeric',
        madeOf: {},
        position: Type.Object({}),
        memo: Type.Object({}),
        id: (record: never) => String(record),
        stamps: () => ({}),
        version: () => null,
        map: () => ({ client: { name: 'nobody' } }),
        begin: async () => ({ position: {}, counts: {} }),
        pass,
        count: async () => ({}),
        poll,
        lookup: none,
        search: async () => [],
        facts: () => ({ name: 'nobody' }),
        preview: async () => ({
          counts: { matched: 0, leftOut: [] },
          samples: { matched: [], leftOut: [] },
          choices: {},
          expectedRequests: 2
        })
      }
    ],
    describe: ({ account }) => ({ account: String(account) }),
    validate: async (_context: CallContext) => ({ valid: true, checks: [], problems: [] })
  })
)

/** Connections to so many accounts at `origin`, each with its one installation, due at once. */
export async function addIdleInstallations(
  host: Pick<Host, 'store' | 'keyring'>,
  origin: string,
  count: number,
  everyMs: number
): Promise<string[]> {
  const { store, keyring } = host
  const ids: string[] = []
  const createdAt = new Date().toISOString()
  for (let number = 1; number <= count; number++) {
    const suffix = String(number).padStart(20, '0')
    const connectionId = `con_${suffix}`
    const account = String(number)
    await store.connections.tryInsert({
      id: connectionId,
      tenant,
      connector: 'idle',
      accountKey: account,
      account: { id: account, name: `Account ${account}` },
      display: { account },
      sealed: keyring.seal({ tenant, connectionId }, { origin, account, key: 'not-a-real-key' }),
      state: {},
      trouble: null,
      workedAt: null,
      lastValidation: null,
      createdAt,
      updatedAt: createdAt
    })
    const installation: NewInstallation = {
      id: `ins_${suffix}`,
      tenant,
      connector: 'idle',
      connectionId,
      syncType,
      schedule: { everyMs, compareEveryMs: 90 * 24 * 3600_000 },
      settings: {},
      resolved: {},
      createdAt
    }
    await store.installations.tryInsert(installation)
    ids.push(installation.id)
  }
  return ids
}
