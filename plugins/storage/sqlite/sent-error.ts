import { errors } from '../../errors.ts'

/** An error on its way to another thread: a structured clone of it would keep neither its class nor its code. */
export interface SentError {
  readonly message: string
  readonly stack: string | undefined
  readonly code: unknown
  /** SQLite's. */
  readonly errcode: unknown
  readonly cause: SentError | undefined
}

export function toSent(error: unknown): SentError {
  if (!(error instanceof Error)) return toSent(new Error(String(error)))
  const { message, stack, cause } = error
  const { code, errcode } = error as { code?: unknown; errcode?: unknown }
  return { message, stack, code, errcode, cause: cause === undefined ? undefined : toSent(cause) }
}

export function fromSent({ message, stack, code, errcode, cause }: SentError): Error {
  const HostError = Object.hasOwn(errors, String(code)) ? errors[code as keyof typeof errors] : undefined
  const error: Error = HostError ? new HostError() : new Error(message)
  return Object.assign(
    error,
    { message, stack },
    code !== undefined && { code },
    errcode !== undefined && { errcode },
    cause && { cause: fromSent(cause) }
  )
}
