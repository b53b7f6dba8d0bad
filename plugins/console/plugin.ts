/** The web console: pages over the operations behind REST. Left out, and not loaded, where CONSOLE says so. */
import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { errors } from '../errors.ts'
import type { GuardedFetch } from '../outbound/fetch.ts'
import { encodingFor, readAssets, root } from './assets.ts'
import { createDesk } from './desk.ts'
import { guardScope, openDoors } from './doors.ts'
import { linkRoutes } from './links-routes.ts'
import { createLive } from './live.ts'
import { activityPage } from './pages/activity.ts'
import { arrivalPage } from './pages/arrival.ts'
import { attentionPage } from './pages/attention.ts'
import { checksPages } from './pages/checks.ts'
import { clientPage } from './pages/client.ts'
import { clientsPage } from './pages/clients.ts'
import { connectPages } from './pages/connect.ts'
import { connectionPages } from './pages/connection.ts'
import { failurePages } from './pages/failure.ts'
import { installationActions } from './pages/installation-actions.ts'
import { integrationPage } from './pages/integration.ts'
import { integrationsPage } from './pages/integrations.ts'
import { lossesPages } from './pages/losses.ts'
import { previewPages } from './pages/preview.ts'
import { reconfigurePages } from './pages/reconfigure.ts'
import { runPage } from './pages/run.ts'
import { undoPages } from './pages/run-undo.ts'
import { runsPage } from './pages/runs.ts'
import { signInPages } from './pages/sign-in.ts'
import { vendorsPage } from './pages/vendors.ts'
import { webhooksPages } from './pages/webhooks.ts'
import { whyPage } from './pages/why.ts'
import { makeLink, printedLinkMs } from './session/links.ts'
import { createOidc } from './session/oidc.ts'
import { readTheme } from './theme.ts'

const pagesOf = [
  ...[integrationsPage, integrationPage, installationActions, lossesPages, reconfigurePages],
  ...[connectPages, checksPages, previewPages, arrivalPage, connectionPages],
  ...[attentionPage, webhooksPages],
  ...[runsPage, runPage, undoPages, clientsPage, clientPage, vendorsPage, whyPage, activityPage]
]

export interface ConsoleOptions {
  /** The host's clock. */
  readonly now: () => Date
  /** The guarded way to OIDC_ISSUER. */
  readonly askIssuer: GuardedFetch
}

export const consolePlugin = fp<ConsoleOptions>(
  async (fastify, { now, askIssuer }) => {
    const config = fastify.config.console!
    const assets = readAssets(readTheme(config))
    const live = createLive()
    const doors = openDoors(fastify, config)
    const desk = createDesk({ host: fastify, config, assets, live, now })
    const oidc = config.oidc && createOidc(config.oidc, config.origin!, askIssuer)

    fastify.findCaller.set('session', doors.findCaller)
    fastify.decorate('inviteToConsole', caller => makeLink(fastify.store, caller, '/console', printedLinkMs))
    // Before the server waits for what is under way: a page that follows would be that for ever.
    fastify.addHook('preClose', async () => live.close())

    const pages: FastifyPluginAsync = async scope => {
      guardScope(scope, config)
      const failed = failurePages(desk, doors)
      scope.setErrorHandler(failed)
      scope.setNotFoundHandler((request, reply) => failed(new errors.HOST_ERR_NOT_FOUND('page'), request, reply))

      scope.get(
        '/assets/:hash/:name',
        { config: { permission: null }, schema: { hide: true } },
        async (request, reply) => {
          const { hash, name } = request.params as { hash: string; name: string }
          const found = assets.find(hash, name)
          if (!found) throw new errors.HOST_ERR_NOT_FOUND('file')
          const encoding = encodingFor(request.headers['accept-encoding'])
          const body = await found.asset.body(encoding)
          if (encoding !== 'identity' && found.asset.isText) reply.header('content-encoding', encoding)
          return reply
            .headers({
              vary: 'accept-encoding',
              'cache-control': found.kept ? 'public, max-age=31536000, immutable' : 'no-cache'
            })
            .type(found.asset.type)
            .send(body)
        }
      )

      signInPages(scope, desk, doors, oidc)
      for (const register of pagesOf) register(scope, desk)
    }
    await fastify.register(pages, { prefix: root })
    await fastify.register(linkRoutes)
  },
  { name: 'console', fastify: '5.x', dependencies: ['auth', 'audit', 'connectors', 'storage', 'sync'] }
)
