/** The host: what is registered, and in which order. Started as a program it listens until SIGTERM or SIGINT. */
import type { LookupFunction } from 'node:net'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyPluginAsync } from 'fastify'
import manifest from './package.json' with { type: 'json' }
import { activityRoutes } from './plugins/activity/routes.ts'
import { auditPlugin } from './plugins/audit/plugin.ts'
import { clientRoutes } from './plugins/clients/routes.ts'
import { type Configured, type Environment, envPlugin } from './plugins/config/env.ts'
import { firstStartPlugin } from './plugins/config/first-start.ts'
import { loadNamed, loadShipped } from './plugins/connector/load.ts'
import type { ConnectorPlugin } from './plugins/connector/plugin.ts'
import { registryPlugin } from './plugins/connector/registry.ts'
import { apiPrefix } from './plugins/http/api-prefix.ts'
import { authPlugin } from './plugins/http/auth.ts'
import { callLimitsPlugin } from './plugins/http/call-limits.ts'
import { closingConnectionsPlugin } from './plugins/http/closing-connections.ts'
import { healthRoutes } from './plugins/http/health.ts'
import { openapiPlugin } from './plugins/http/openapi/plugin.ts'
import { httpOptions } from './plugins/http/options.ts'
import { overloadPlugin } from './plugins/http/overload.ts'
import { problemPlugin } from './plugins/http/problem.ts'
import { securityHeadersPlugin } from './plugins/http/security-headers.ts'
import { serve } from './plugins/http/serve.ts'
import { sharesPlugin } from './plugins/http/shares.ts'
import { turnsPlugin } from './plugins/http/turns.ts'
import { wellFormedPlugin } from './plugins/http/well-formed.ts'
import { scopesPlugin } from './plugins/integrations/cards/scope.ts'
import { dailyChecksPlugin } from './plugins/integrations/connections/daily-checks.ts'
import { housekeepingPlugin } from './plugins/integrations/connections/housekeeping.ts'
import { connectionRoutes } from './plugins/integrations/connections/routes.ts'
import { lossRoutes } from './plugins/integrations/installations/loss-routes.ts'
import { installationRoutes } from './plugins/integrations/installations/routes.ts'
import { createLiveSecrets } from './plugins/log/live-secrets.ts'
import { createLogger } from './plugins/log/log.ts'
import { metricsPlugin } from './plugins/metrics/plugin.ts'
import { createFetcher, type Fetcher, type GuardedFetch } from './plugins/outbound/fetch.ts'
import { readOutboundConfig } from './plugins/outbound/outbound-config.ts'
import { outboundPlugin } from './plugins/outbound/plugin.ts'
import { runRoutes } from './plugins/runs/routes.ts'
import { storagePlugin } from './plugins/storage/plugin.ts'
import type { Store } from './plugins/storage/port.ts'
import { syncPlugin } from './plugins/sync/plugin.ts'
import type { Reports } from './plugins/sync/reports.ts'
import { retentionPlugin } from './plugins/sync/retention.ts'
import { schedulePlugin } from './plugins/sync/schedule.ts'
import { webhooksPlugin } from './plugins/webhooks/plugin.ts'
import { webhookRoutes } from './plugins/webhooks/routes.ts'

export interface HostOptions {
  /** @default process.env */
  readonly env?: Environment
  /** Instead of those in `connectors/`; what CONNECTORS names comes in addition. */
  readonly connectors?: readonly ConnectorPlugin[]
  /** Instead of what STORAGE_URL names. */
  readonly store?: Store
  /** Told of the environment once it has been checked, before anything is built on it. */
  readonly onConfigured?: (config: Configured) => void
  /** Where the log goes. @default stdout */
  readonly logStream?: NodeJS.WritableStream
  /** For tests: how names become addresses in outbound calls. */
  readonly lookup?: LookupFunction
  /** For tests: the host's clock. */
  readonly now?: () => Date
}

/** The issuer's own origin may lie in a private network: the operator names it. */
function keyFetch(fetcher: Fetcher, url: string | undefined): (url: URL) => Promise<Response> {
  const origins = url === undefined ? [] : [new URL(url).origin]
  return fetcher.for({ origins, maxBytes: 262_144, deadlineMs: 5000 })
}

/** An issuer may answer at several public names; in a private network at its own origin alone. */
function issuerFetch(fetcher: Fetcher, issuer: string | undefined): GuardedFetch {
  const origins = issuer === undefined ? [] : [new URL(issuer).origin]
  return fetcher.for({ origins, anyPublicHost: true, maxBytes: 262_144, deadlineMs: 10_000 })
}

/** Everything but listening. Closes itself if it cannot be built. */
export async function buildHost(options: HostOptions = {}): Promise<FastifyInstance> {
  const { env = process.env, store, logStream, lookup, now = () => new Date() } = options
  const secrets = createLiveSecrets()
  const log = createLogger({ level: 'info', secrets, ...(logStream && { stream: logStream }) })
  const host = Fastify({ ...httpOptions, loggerInstance: log as FastifyBaseLogger })
  try {
    await host.register(envPlugin, { env })
    options.onConfigured?.(host.config)
    log.level = host.config.LOG_LEVEL
    await host.register(firstStartPlugin)
    const { authSecret, encryptionKeys, METRICS_TOKEN } = host.config
    const singleKeys = encryptionKeys.split(',').map(entry => entry.replace(/^[^:]*:/, '').trim())
    secrets.add([authSecret ?? '', encryptionKeys, ...singleKeys, METRICS_TOKEN ?? ''])

    host.removeContentTypeParser('text/plain')
    await host.register(problemPlugin)
    await host.register(securityHeadersPlugin)
    await host.register(wellFormedPlugin)
    await host.register(closingConnectionsPlugin)
    await host.register(overloadPlugin)
    const fetcher = createFetcher({ ...readOutboundConfig(host.config), ...(lookup && { lookup }) })
    host.addHook('onClose', () => fetcher.close())
    await host.register(authPlugin, { fetchKeys: keyFetch(fetcher, host.config.AUTH_JWKS_URL) })
    await host.register(sharesPlugin)
    const { CALLS_READ: reads, CALLS_CHANGE: changes, CALLS_VENDOR: vendorCalls } = host.config
    await host.register(callLimitsPlugin, {
      limits: { reads, changes, vendorCalls },
      counters: () => host.store.counters
    })
    await host.register(turnsPlugin)
    await host.register(openapiPlugin, { version: manifest.version })
    await host.register(metricsPlugin, { version: manifest.version })
    const { metrics } = host

    const named = await loadNamed(host.config.connectors)
    const plugins = [...(options.connectors ?? (await loadShipped())), ...named]
    await host.register(registryPlugin, { plugins, env, secrets })
    await host.register(storagePlugin, { ...(store && { store }), ...(metrics && { events: metrics.store }) })
    await host.register(outboundPlugin, {
      secrets,
      now,
      ...(lookup && { lookup }),
      ...(metrics && { events: metrics.outbound })
    })
    await host.register(auditPlugin, { now })
    // Webhooks come after the schedule that they are told by.
    const reports: Reports = {
      ceased: (before, after) => host.webhooks.ceased(before, after),
      needs: after => host.webhooks.needs(after),
      happened: deed => host.audit.own(deed)
    }
    await host.register(syncPlugin, { now, reports, ...(metrics && { events: metrics.engine }) })
    await host.register(schedulePlugin, { tick: () => host.dispatcher.tick() })
    const { webhookAllow: origins } = host.config
    const post = fetcher.for({ origins, anyPublicHost: true, maxBytes: 65_536, deadlineMs: 15_000 })
    await host.register(webhooksPlugin, { post, allowed: new Set(origins), now })
    await host.register(retentionPlugin, {
      pruneMore: signal => host.audit.prune(host.config.auditKeepMs, signal)
    })
    await host.register(housekeepingPlugin)
    await host.register(dailyChecksPlugin, { now })

    const api: FastifyPluginAsync = async scope => {
      await scope.register(scopesPlugin, { plugins })
      await scope.register(connectionRoutes)
      await scope.register(installationRoutes)
      await scope.register(lossRoutes)
      await scope.register(runRoutes, { now })
      await scope.register(clientRoutes, { now })
      await scope.register(activityRoutes)
      await scope.register(webhookRoutes)
    }
    await host.register(api, { prefix: apiPrefix })
    if (host.config.console) {
      const { consolePlugin } = await import('./plugins/console/plugin.ts')
      await host.register(consolePlugin, { now, askIssuer: issuerFetch(fetcher, host.config.console.oidc?.issuer) })
    } else if (host.config.CONSOLE !== 'off') {
      host.log.info('the console is left out: HOST is more than this machine, so it needs CONSOLE_ORIGIN')
    }
    await host.register(healthRoutes)
    await host.ready()
    return host
  } catch (error) {
    await host.close()
    throw error
  }
}

if (import.meta.main) await serve(buildHost)
