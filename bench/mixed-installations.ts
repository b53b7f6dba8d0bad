/**
 * Installations of every vendor by the thousand over one double of each. The first of each vendor is installed over REST
 * as an admin would; the others are copies of it, each of an account of its own as far as the host can see.
 */
import type { FastifyInstance } from 'fastify'
import { permissions } from '../plugins/http/auth.ts'
import { signToken } from '../plugins/http/token.ts'
import { tenant } from './bench-host.ts'
import type { DoubleProcess } from './double-process.ts'

/** Vendors take turns, and so do an account's two sync types. @returns the installations' ids, of which all are due at once */
export async function addMixedInstallations(
  host: FastifyInstance,
  doubles: readonly DoubleProcess[],
  count: number,
  everyMs: number
): Promise<string[]> {
  const ids: string[] = []
  const templates: Template[] = []
  for (const double of doubles) {
    const template = await installFirst(host, double)
    templates.push(template)
    ids.push(...template.ids)
  }
  const schedule = { everyMs, compareEveryMs: 90 * 24 * 3_600_000 }
  for (const id of ids) {
    const { rev } = (await host.store.installations.get(tenant, id))!
    await host.store.installations.tryUpdate(tenant, id, rev, { schedule })
  }
  for (let number = 1; ids.length < count; number++) {
    const { connectionId, ids: originals, double } = templates[number % templates.length]!
    ids.push(...(await copy(host, { connectionId, originals, double, number, schedule })))
  }
  return ids
}

interface Template {
  readonly double: DoubleProcess
  readonly connectionId: string
  readonly ids: readonly string[]
}

async function installFirst(host: FastifyInstance, double: DoubleProcess): Promise<Template> {
  const { connector, credentials, syncTypes } = double
  const token = await signToken(host.config, { sub: 'bench', tenant, permissions, expires: '1h' })
  const answer = await host.inject({
    method: 'POST',
    url: `/v1/integrations/${connector}/install`,
    headers: { authorization: `Bearer ${token}` },
    payload: { credentials, syncTypes }
  })
  if (answer.statusCode !== 201) throw new Error(`${connector} was not installed: ${answer.body}`)
  const { connectionId, installations } = answer.json()
  return { double, connectionId, ids: installations.map(({ id }: { id: string }) => id) }
}

interface Copy {
  readonly connectionId: string
  readonly originals: readonly string[]
  readonly double: DoubleProcess
  readonly number: number
  readonly schedule: { readonly everyMs: number; readonly compareEveryMs: number }
}

async function copy({ store, keyring }: FastifyInstance, order: Copy): Promise<string[]> {
  const { connectionId: original, originals, double, number, schedule } = order
  const suffix = String(number).padStart(20, '0')
  const connectionId = `con_${suffix}`
  const { rev: _, ...connection } = (await store.connections.get(tenant, original))!
  const account = { id: String(number), name: `Account ${number}` }
  const sealed = keyring.seal({ tenant, connectionId }, double.credentials)
  const accountKey = `${double.url} ${number}`
  await store.connections.tryInsert({ ...connection, id: connectionId, accountKey, account, sealed })
  const ids: string[] = []
  for (const [at, id] of originals.entries()) {
    const { connector, syncType, settings, resolved, createdAt } = (await store.installations.get(tenant, id))!
    const copied = `ins_${at}${suffix}`
    await store.installations.tryInsert({
      ...{ id: copied, tenant, connector, connectionId, syncType, schedule, settings, resolved, createdAt }
    })
    ids.push(copied)
  }
  return ids
}
