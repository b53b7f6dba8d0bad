import diagnostics from 'node:diagnostics_channel'

export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: string | undefined
}

interface UndiciRequest {
  readonly method: string
  readonly path: string
  readonly body: unknown
  readonly headers: readonly string[] | string
}

/** What this process asks of the vendor while `work` runs, in order, so that a bare loop can ask the very same. */
export async function recordRequests(work: () => Promise<void>): Promise<RecordedRequest[]> {
  const recorded: RecordedRequest[] = []
  const listener = (message: unknown) => {
    const { method, path, headers, body } = (message as { request: UndiciRequest }).request
    recorded.push({ method, path, headers: readHeaders(headers), body: readBody(body) })
  }
  diagnostics.subscribe('undici:request:create', listener)
  try {
    await work()
  } finally {
    diagnostics.unsubscribe('undici:request:create', listener)
  }
  return recorded
}

/** undici keeps headers as a flat list of names and values. */
function readHeaders(headers: readonly string[] | string): Record<string, string> {
  const list = typeof headers === 'string' ? headers.split(/\r\n|: /) : headers
  const read: Record<string, string> = {}
  for (let at = 0; at + 1 < list.length; at += 2) read[list[at]!] = list[at + 1]!
  return read
}

/** undici keeps a body of text as bytes. */
function readBody(body: unknown): string | undefined {
  if (body === null || body === undefined) return undefined
  if (typeof body === 'string') return body
  if (body instanceof Uint8Array) return Buffer.from(body).toString()
  throw new Error('A request has a body that cannot be asked again')
}
