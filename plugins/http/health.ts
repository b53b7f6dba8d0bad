import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { errors } from '../errors.ts'
import { problemResponses } from './schemas/problem-schema.ts'

const pingLimitMs = 2000

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const limit = new AbortController()
  const late = sleep(ms, undefined, { signal: limit.signal }).then(() => {
    throw new Error(`no answer within ${ms} ms`)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    limit.abort()
    late.catch(() => undefined)
  }
}

/** For whoever starts and balances hosts: live (the process answers) and ready (the store can be read and written). */
export const healthRoutes: FastifyPluginAsyncTypebox = async fastify => {
  const response = { 200: Type.Object({ status: Type.Literal('ok') }), ...problemResponses }
  const tags = ['health']

  fastify.get(
    '/health/live',
    {
      config: { permission: null },
      logLevel: 'warn',
      schema: { tags, summary: 'The process answers', response }
    },
    async () => ({ status: 'ok' as const })
  )

  fastify.get(
    '/health/ready',
    {
      config: { permission: null },
      logLevel: 'warn',
      schema: { tags, summary: 'The store can be read and written', response }
    },
    async request => {
      try {
        await within(pingLimitMs, fastify.store.ping())
      } catch (error) {
        request.log.warn({ err: error }, 'the store does not answer')
        throw new errors.HOST_ERR_STORE_UNAVAILABLE()
      }
      return { status: 'ok' as const }
    }
  )
}
