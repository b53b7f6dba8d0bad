import type { FastifyBaseLogger } from 'fastify'
import { clientPresenter } from '../../clients/present.ts'
import type { Connector } from '../../connector/contract.ts'
import { errors, withDetails } from '../../errors.ts'
import { receiptOf } from '../../runs/present.ts'
import type { ClientRecord, Connection } from '../../storage/port.ts'
import { installationsOf } from '../change-installation.ts'
import type { Host } from '../host.ts'
import { resolveDeadlineMs, resolveSettings } from '../resolve.ts'
import { settingsOf } from '../settings.ts'
import { connectionOf } from './install.ts'
import { type Look, lookAt, searchFor, type View } from './live-record.ts'
import { type Question, verdictOf } from './verdict.ts'

/** Why a record is or is not here: the vendor's facts of this moment, each rule in words, and what the store has. */
export async function explain(
  host: Host,
  connector: Connector,
  tenant: string,
  question: Question,
  log: FastifyBaseLogger
) {
  requireOneKey(question)
  const connection = await connectionOf(host, connector, tenant, question.connectionId)
  const views = await viewsOf(host, connector, connection, log)
  const found =
    question.id === undefined
      ? await byName(host, connector, connection, views, question.name!, log)
      : { externalId: question.id, others: [] }

  const looks: Look[] = []
  if (found.externalId !== null) {
    for (const view of views) looks.push(await lookAt(host, connector, connection, view, found.externalId, log))
  }
  const stored = found.externalId === null ? null : await storedClient(host, connection, found.externalId)
  const facts = Object.assign({}, ...looks.toReversed().map(look => look.facts))
  const rules = looks.flatMap(look => look.rules)
  return {
    found: looks.some(look => look.facts !== null),
    verdict: verdictOf(question, looks, stored),
    externalId: found.externalId,
    name: (facts.name as string | undefined) ?? stored?.profile.name ?? null,
    facts,
    rules,
    client: stored && (await clientPresenter(host.store)(stored)),
    lastRun: stored && (await lastRunThatSaw(host, stored)),
    others: found.others
  }
}

function requireOneKey({ id, name }: Question): void {
  if ((id === undefined) !== (name === undefined)) return
  const message = 'give either the id or the name'
  const problems = [
    { pointer: '/id', message },
    { pointer: '/name', message }
  ]
  throw withDetails(new errors.HOST_ERR_BAD_REQUEST(), { problems })
}

/** Those installed; before the first install, all. */
async function viewsOf(
  host: Host,
  connector: Connector,
  connection: Connection,
  log: FastifyBaseLogger
): Promise<View[]> {
  const installations = await installationsOf(host, connection.tenant, connection.id)
  const installed = connector.syncTypes.flatMap(syncType => {
    const installation = installations.find(one => one.syncType === syncType.name)
    return installation ? [{ ...installation, syncType, installation }] : []
  })
  if (installed.length > 0) return installed
  const settings = settingsOf(connector, undefined)
  const options = { settings, deadlineMs: resolveDeadlineMs, log }
  const resolved = await resolveSettings(connector, host.vendor.over(connector, connection, options))
  return connector.syncTypes.map(syncType => ({ syncType, installation: null, settings, resolved }))
}

/** What the vendor has by this name, or else the client that had it when it was last seen. */
async function byName(
  host: Host,
  connector: Connector,
  connection: Connection,
  views: readonly View[],
  name: string,
  log: FastifyBaseLogger
): Promise<{ externalId: string | null; others: { externalId: string; name: string }[] }> {
  const hits = await searchFor(host, connector, connection, views[0]!, name, log)
  const exact = hits.find(hit => hit.name.toLowerCase() === name.trim().toLowerCase()) ?? hits[0]
  if (exact) return { externalId: exact.externalId, others: hits.filter(hit => hit !== exact) }
  const filter = { search: name, connectionId: connection.id }
  const { items } = await host.store.clients.list(connection.tenant, filter, { limit: 10, cursor: null })
  const [first = null, ...rest] = items
  return {
    externalId: first?.externalId ?? null,
    others: rest.map(client => ({ externalId: client.externalId, name: client.profile.name }))
  }
}

async function storedClient(host: Host, connection: Connection, externalId: string): Promise<ClientRecord | null> {
  const [record] = await host.store.clients.load(connection.id, [externalId])
  return record ?? null
}

async function lastRunThatSaw(host: Host, client: ClientRecord) {
  const latest = client.parts.reduce((a, b) => (b.seenAt > a.seenAt ? b : a))
  const run = await host.store.runs.get(client.tenant, latest.runId)
  return run && receiptOf(run)
}
