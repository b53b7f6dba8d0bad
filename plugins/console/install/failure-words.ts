import type { FastifyBaseLogger } from 'fastify'
import { ConnectorFailure } from '../../connector/failures.ts'
import { errorTable } from '../../errors.ts'

/** What went wrong behind a page, in words that may be shown; what nobody foresaw is logged. */
export function explainFailureWords(error: unknown, log: FastifyBaseLogger): string {
  const { code = '', message } = error as { code?: string; message: string }
  if (error instanceof ConnectorFailure) return message
  if ((errorTable[code as keyof typeof errorTable]?.[0] ?? 0) > 0) return message
  log.error({ err: error }, 'what a page waits for failed by a mistake')
  return 'The host made a mistake and has written it down.'
}
