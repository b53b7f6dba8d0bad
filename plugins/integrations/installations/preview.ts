import type { FastifyBaseLogger } from 'fastify'
import type { Static } from 'typebox'
import type { Connector } from '../../connector/contract.ts'
import { errors, withDetails } from '../../errors.ts'
import type { CallOptions, DisposableContext } from '../../outbound/vendor.ts'
import { connectionOf } from '../connections/connection-of.ts'
import type { Host } from '../host.ts'
import { resolveSettings } from '../resolve.ts'
import { type Settings, settingsOf } from '../settings.ts'
import type { Credentials } from '../validate.ts'
import { vendorAnswer } from '../vendor-answer.ts'
import { requireOneSource } from './install.ts'
import type { PreviewAnswer } from './schemas.ts'

/** The whole answer is there within 20 s: then a connector gives what it has counted. */
const deadlineMs = 18_500

/** Exactly one of `credentials` and `connectionId`. */
export interface PreviewOrder {
  readonly credentials?: Credentials
  readonly connectionId?: string
  readonly syncType: string
  readonly settings?: Settings
}

/**
 * What an install would bring, asked of the vendor now; nothing is kept.
 * @throws HOST_ERR_SETTINGS_INVALID for a name in the settings that means nothing, as an install would
 */
export async function preview(
  host: Host,
  connector: Connector,
  tenant: string,
  order: PreviewOrder,
  log: FastifyBaseLogger
): Promise<Static<typeof PreviewAnswer>> {
  requireOneSource(order)
  const syncType = connector.syncTypes.find(type => type.name === order.syncType)
  if (!syncType) {
    const problems = [{ pointer: '/syncType', message: 'is not a sync type of this connector' }]
    throw withDetails(new errors.HOST_ERR_BAD_REQUEST(), { problems })
  }
  const settings = settingsOf(connector, order.settings)
  const connection = order.credentials ? null : await connectionOf(host, connector, tenant, order.connectionId!)
  const began = performance.now()
  const call = (resolved: CallOptions['resolved'] = {}): DisposableContext => {
    const left = Math.max(1, Math.round(deadlineMs - (performance.now() - began)))
    const options = { settings, resolved, deadlineMs: left, log }
    return connection
      ? host.vendor.over(connector, connection, options)
      : host.vendor.trial(connector, order.credentials!, options)
  }
  const context = call(await resolveSettings(connector, call()))
  return vendorAnswer(context, async () => {
    const { counts, samples, choices, expectedRequests, partial = false } = await syncType.preview(context)
    return {
      counts: { matched: counts.matched, leftOut: [...counts.leftOut] },
      samples: { matched: [...samples.matched], leftOut: [...samples.leftOut] },
      choices: Object.fromEntries(Object.entries(choices).map(([field, names]) => [field, [...names]])),
      expectedRequests,
      partial
    }
  })
}
