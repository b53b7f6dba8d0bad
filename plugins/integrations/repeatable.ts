/** `Idempotency-Key`: a request that is repeated because its answer was lost is answered again, and not done twice. */
import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { errors, withDetails } from '../errors.ts'
import type { Host } from './host.ts'

const keptMs = 7 * 24 * 3_600_000
/** Longer than any request takes: a host that died in the middle of it answers no more. */
const takeOverMs = 120_000
const wellFormed = /^[!-~]{1,200}$/

export const IdempotencyKey = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      description:
        'A new one for each order, the same for its repetitions (1 to 200 visible characters): for 7 days a repetition gets the first answer, another body 422',
      examples: ['2f6c1c1e-6a54-4d1d-9b0e-5d1f0e7a9c11']
    })
  )
})

interface Answer {
  readonly status: number
  readonly body: unknown
}

/**
 * Does `work` unless the key has been seen; then answers what it answered. What fails is not kept: a repetition tries
 * again.
 */
export async function once(
  host: Pick<Host, 'store' | 'keyring'>,
  request: FastifyRequest,
  reply: FastifyReply,
  work: () => Promise<Answer>
): Promise<FastifyReply> {
  const given = keyOf(request)
  if (given === undefined) return send(reply, await work())
  const { replies } = host.store
  const route = `${request.method} ${request.url}`
  const key = createHash('sha256')
    .update(JSON.stringify([request.caller.tenant, given]))
    .digest('base64url')
  const sent = JSON.stringify([route, request.body ?? null])
  const digest = host.keyring.nameOf('request', sent)
  const stored = await replies.tryBegin({ key, digest }, keptMs, takeOverMs)
  if (stored) {
    if (!host.keyring.isNameOf('request', sent, stored.digest)) throw new errors.HOST_ERR_IDEMPOTENCY_KEY_REUSED()
    if (stored.answer === null) throw new errors.HOST_ERR_REQUEST_UNDER_WAY()
    return send(reply.header('idempotency-replayed', 'true'), JSON.parse(stored.answer))
  }
  let answer: Answer
  try {
    answer = await work()
  } catch (error) {
    // The failure is what the caller has to know; a key that stays is taken over.
    await replies.drop(key).catch(() => {})
    throw error
  }
  await replies.finish(key, JSON.stringify(answer)).catch(error => {
    request.log.warn({ err: error }, 'the answer to a request that may be repeated could not be kept')
  })
  return send(reply, answer)
}

const send = (reply: FastifyReply, { status, body }: Answer) => reply.code(status).send(body)

function keyOf(request: FastifyRequest): string | undefined {
  const given = request.headers['idempotency-key']
  if (given === undefined) return undefined
  if (typeof given === 'string' && wellFormed.test(given)) return given
  const problems = [{ pointer: '/idempotency-key', message: 'must be 1 to 200 visible characters without blanks' }]
  throw withDetails(new errors.HOST_ERR_BAD_REQUEST(), { problems })
}
