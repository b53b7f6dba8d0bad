import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import acmeDesk from '../../test/connectors/acme-desk/index.ts'
import { account, startAcmeDesk, token } from '../../test/connectors/acme-desk/server.ts'
import { type Chance, chanceOf } from '../chance.ts'
import type { ProvedPromise } from '../promise.ts'
import { type Ground, openGround } from '../proving-ground.ts'
import { RunLog } from '../run-log.ts'
import { storesOf } from '../stores.ts'

/** Calls that race with each other, on two hosts of one store. */
const atOnce = 8
/** Calls after which runs may come to an end: most are cut by what races. */
const between = 40
const tenants = ['one', 'two']

export default {
  promise:
    'whatever life-cycle calls race, each client has an installation, each sealed record a use, and one run goes at a time',

  async prove(options) {
    const { seed, long, say } = options
    const failures: string[] = []
    const counted: string[] = []
    for (const store of storesOf(options)) {
      const accounts = new Map(Array.from({ length: 60 }, (_, n) => [`a${n}`, account(`a${n}`, `Account ${n}`)]))
      const desk = await startAcmeDesk(accounts)
      const env = { OUTBOUND_ALLOW: desk.url, LEASE_TTL: '3s' }
      const storage = store.storageUrl === undefined ? {} : { storageUrl: store.storageUrl }
      const runs = new RunLog()
      {
        const watched = { connectors: [acmeDesk], wrapStore: runs.watch }
        await using first = await openGround({ ...watched, env, ...storage })
        await using second = await openGround({
          ...watched,
          env: { ...env, DATA_DIR: first.folder, ENCRYPTION_KEYS: first.host.config.encryptionKeys },
          storageUrl: store.storageUrl ?? pathToFileURL(join(first.folder, 'host.db')).href
        })
        const calls = long ? 2400 : 160
        const chance = chanceOf(seed)
        const credentials = { token, region: desk.url }
        for (let done = 0; done < calls; done += atOnce) {
          const answers = await burst([first, second], chance, credentials)
          for (const { what, status, text } of answers)
            if (status >= 500 && !/HOST_ERR_VENDOR_UNAVAILABLE/.test(text))
              failures.push(`${store.name}: ${what} is answered ${status}: ${text.slice(0, 200)}`)
          if (done % between === 0) await runAll([first, second])
          if (done % 400 === 0)
            failures.push(...(await broken(first)).map(words => `${store.name}, call ${done}: ${words}`))
        }
        await settled(first)
        failures.push(...(await broken(first)).map(words => `${store.name}, at the end: ${words}`))
        failures.push(...runs.overlaps().map(words => `${store.name}: ${words}`))
        failures.push(...(await leftAfterErase(first)).map(words => `${store.name}, after all was erased: ${words}`))
        counted.push(`${calls} calls and ${runs.ended} runs on ${store.name}`)
        say(counted.at(-1)!)
      }
      await desk.close()
      await store.drop()
    }
    return { figure: `${counted.join(', ')}, ${failures.length} broken invariants`, failures }
  }
} satisfies ProvedPromise

type Call = readonly [method: string, path: string, body?: object]

const verbs = ['stop', 'start', 'sync', 'compare', 'uninstall', 'reinstall']

/** Half of the bursts are two kinds of calls at one installation, which race; the others are whatever comes. */
async function burst(grounds: readonly Ground[], chance: Chance, credentials: object) {
  const tenant = chance.pick(tenants)
  const ids = await installationIds(grounds[0]!, tenant)
  const calls: Call[] = []
  const install: Call = ['POST', '/v1/integrations/acme-desk/install', { credentials, syncTypes: ['active-accounts'] }]
  const at = (id: string): Call[] => [
    ['DELETE', `/v1/installations/${id}`],
    ['PATCH', `/v1/installations/${id}`, { schedule: { every: chance.pick(['2h', '3h']) } }],
    ...verbs.map((verb): Call => ['POST', `/v1/installations/${id}/${verb}`])
  ]
  if (ids.length > 0 && chance.next() < 0.5) {
    const id = chance.pick(ids)
    // Erasing needs what is uninstalled: half of these races begin there.
    if (chance.next() < 0.5) await grounds[0]!.call(tenant, 'POST', `/v1/installations/${id}/uninstall`)
    const kinds = [chance.pick([...at(id), install]), chance.pick([...at(id), install])]
    if (chance.next() < 0.4) kinds.splice(0, 2, at(id)[0]!, chance.pick([install, at(id).at(-1)!]))
    for (let n = 0; n < atOnce; n++) calls.push(kinds[n % 2]!)
  } else {
    const id = ids.length > 0 ? chance.pick(ids) : 'none'
    for (let n = 0; n < atOnce; n++) calls.push(chance.next() < 0.3 ? install : chance.pick(at(id)))
  }
  return Promise.all(
    calls.map(async ([method, path, body], n) => {
      const { status, text } = await grounds[n % grounds.length]!.call(tenant, method, path, body)
      return { what: `${method} ${path}`, status, text }
    })
  )
}

async function listOf(ground: Ground, tenant: string, path: string): Promise<any[]> {
  const { body } = await ground.call(tenant, 'GET', `${path}?limit=500`)
  return body?.items ?? []
}

const installationIds = async (ground: Ground, tenant: string): Promise<string[]> =>
  (await listOf(ground, tenant, '/v1/installations')).map(({ id }) => id)

/** What must hold at any moment between two calls. */
async function broken(ground: Ground): Promise<string[]> {
  const said: string[] = []
  for (const tenant of tenants) {
    // Read after the clients: what is installed meanwhile only makes the check milder.
    const clients = await listOf(ground, tenant, '/v1/clients')
    const installations = await listOf(ground, tenant, '/v1/installations')
    const connections = new Set((await listOf(ground, tenant, '/v1/connections')).map(({ id }) => id))
    for (const { id, connectionId } of installations)
      if (!connections.has(connectionId)) said.push(`installation ${id} of ${tenant} has no connection`)
    const connected = new Set(installations.map(({ connectionId }) => connectionId))
    const orphans = clients.filter(({ sources }) => !connected.has(sources[0].connectionId))
    if (orphans.length > 0) {
      // An erase may have been between the two lists: looked at once more.
      await sleep(300)
      const still = new Set((await listOf(ground, tenant, '/v1/clients')).map(({ id }) => id))
      const left = orphans.filter(({ id }) => still.has(id))
      if (left.length > 0) said.push(`${left.length} clients of ${tenant} belong to no installation`)
    }
  }
  return said
}

/** Each installation runs, asked for on every host at once. */
async function runAll(grounds: readonly Ground[]): Promise<void> {
  for (const tenant of tenants)
    for (const id of await installationIds(grounds[0]!, tenant))
      await Promise.all(
        grounds.map(async ground => {
          await ground.call(tenant, 'POST', `/v1/installations/${id}/start`)
          await ground.call(tenant, 'POST', `/v1/installations/${id}/sync`)
        })
      )
  await settled(grounds[0]!)
}

async function settled(ground: Ground): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const all = (await Promise.all(tenants.map(tenant => listOf(ground, tenant, '/v1/installations')))).flat()
    if (all.every(({ currentRun }) => !currentRun)) return
    await sleep(100)
  }
}

async function leftAfterErase(ground: Ground): Promise<string[]> {
  const said: string[] = []
  for (const tenant of tenants) {
    for (const id of await installationIds(ground, tenant)) {
      await ground.call(tenant, 'POST', `/v1/installations/${id}/uninstall`)
      const { status } = await ground.call(tenant, 'DELETE', `/v1/installations/${id}`)
      if (status >= 300) said.push(`installation ${id} of ${tenant} cannot be erased (${status})`)
    }
    for (const path of ['/v1/installations', '/v1/clients', '/v1/agreements', '/v1/connections']) {
      const left = (await listOf(ground, tenant, path)).filter(({ installations }) => !installations?.length)
      if (left.length > 0) said.push(`${left.length} of ${path} are left for ${tenant}`)
    }
  }
  return said
}
