import type { FastifyBaseLogger } from 'fastify'
import { clientPresenter } from '../../clients/present.ts'
import { undoneOf } from '../../clients/waiting.ts'
import type { Connector } from '../../connector/contract.ts'
import { presentLoss } from '../../entities/loss-schemas.ts'
import { errors, withDetails } from '../../errors.ts'
import { receiptOf } from '../../runs/present.ts'
import type { ClientRecord, Connection } from '../../storage/port.ts'
import { quietRowId } from '../../storage/quiet-runs.ts'
import { installationsOf } from '../change-installation.ts'
import { connectionOf } from '../connections/connection-of.ts'
import type { Host } from '../host.ts'
import { settingsOf } from '../settings.ts'
import { knownHere } from './known-here.ts'
import { type Asking, lookAt, resolvedFor, searchFor, type View } from './live-record.ts'
import { absentInWords, nameInWords, type Question, type Sight, verdictOf } from './verdict.ts'

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
  const asking: Asking = { host, connector, connection, log }
  const views = await viewsOf(asking)
  const found =
    question.id === undefined ? await byName(asking, views, question.name!) : { externalId: question.id, others: [] }

  const { externalId } = found
  const stored = externalId === null ? null : await storedClient(host, connection, externalId)
  const sights: Sight[] = []
  if (externalId !== null) {
    for (const view of views) {
      const look = await lookAt(asking, view, externalId)
      sights.push({ look, here: await knownHere(host.store, view.installation, externalId, stored) })
    }
  }
  const facts = Object.assign({}, ...sights.toReversed().map(({ look }) => look.facts))
  const what = nameInWords(question, sights, stored)
  const isThere = sights.some(({ look }) => look.facts !== null)
  const told = sights.map(sight => presentSight(sight, what, connection))
  return {
    found: isThere,
    verdict: isThere
      ? told.map(({ verdict }) => verdict).join(' ')
      : absentInWords(question, what, sights, stored, connection.trouble),
    externalId,
    name: stored?.profile.name || facts.name || null,
    facts,
    rules: sights.flatMap(({ look }) => look.rules.map(({ about: _, ...rule }) => rule)),
    syncTypes: isThere ? told : [],
    client: stored && (await clientPresenter(host.store)(stored)),
    lastRun: stored && (await lastRunThatSaw(host, stored)),
    others: found.others
  }
}

function presentSight(sight: Sight, what: string, { trouble }: Connection) {
  const { look, here } = sight
  const { syncType, installation } = look.view
  return {
    syncType: syncType.name,
    installationId: installation?.id ?? null,
    status: here.part?.status ?? null,
    verdict: verdictOf(sight, what, trouble),
    reject: look.reject,
    unread: look.unread.map(({ key, reason }) => ({ key, reason })),
    setAside: here.setAside && { reason: here.setAside.reason, at: here.setAside.at },
    losses: here.losses.map(loss => ({
      ...presentLoss(loss),
      since: here.row!.at,
      waitsFor: here.row!.state === 'held' ? ('approval' as const) : ('second-look' as const)
    })),
    refused: [...here.refused],
    undone: undoneOf({ parts: here.part ? [here.part] : [] })[0] ?? null
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
async function viewsOf(asking: Asking): Promise<View[]> {
  const { host, connector, connection } = asking
  const installations = await installationsOf(host, connection.tenant, connection.id)
  const installed = connector.syncTypes.flatMap(syncType =>
    installations
      .filter(one => one.syncType === syncType.name)
      .map(one => ({ syncType, installation: one, settings: one.settings, resolved: one.resolved }))
  )
  if (installed.length > 0) return installed
  const settings = settingsOf(connector, undefined)
  const resolved = await resolvedFor(asking, settings)
  return connector.syncTypes.map(syncType => ({ syncType, installation: null, settings, resolved }))
}

/** What the vendor has by this name, or else the client that had it when it was last seen. */
async function byName(
  asking: Asking,
  views: readonly View[],
  name: string
): Promise<{ externalId: string | null; others: { externalId: string; name: string }[] }> {
  const { host, connection } = asking
  const hits = await searchFor(asking, views[0]!, name)
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
  const { installationId, seenAt: startedAt } = latest
  const run =
    (await host.store.runs.get(client.tenant, latest.runId)) ??
    (await host.store.runs.get(client.tenant, quietRowId({ installationId, startedAt })))
  return run && receiptOf(run)
}
