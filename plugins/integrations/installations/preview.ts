import type { FastifyBaseLogger } from 'fastify'
import type { Static } from 'typebox'
import type { Connector } from '../../connector/contract.ts'
import { errors, withDetails } from '../../errors.ts'
import type { Host } from '../host.ts'
import { type Settings, settingsOf } from '../settings.ts'
import type { Credentials } from '../validate.ts'
import { connectionOf, requireOneSource } from './install.ts'
import type { PreviewAnswer } from './schemas.ts'
import { vendorAnswer } from './vendor-answer.ts'

const deadlineMs = 30_000

/** Exactly one of `credentials` and `connectionId`. */
export interface PreviewOrder {
  readonly credentials?: Credentials
  readonly connectionId?: string
  readonly syncType: string
  readonly settings?: Settings
}

/** What an install would bring, asked of the vendor now; nothing is kept. */
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
  const options = { settings: settingsOf(connector, order.settings), deadlineMs, log }
  const context = order.credentials
    ? host.vendor.trial(connector, order.credentials, options)
    : host.vendor.over(connector, await connectionOf(host, connector, tenant, order.connectionId!), options)
  return vendorAnswer(context, async () => {
    const { counts, samples, types, statuses, expectedRequests } = await syncType.preview(context)
    return {
      counts: { matched: counts.matched, leftOut: [...counts.leftOut] },
      samples: { matched: [...samples.matched], leftOut: [...samples.leftOut] },
      types: [...types],
      statuses: [...statuses],
      expectedRequests
    }
  })
}
