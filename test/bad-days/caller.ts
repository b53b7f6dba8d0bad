/** A client of the host's REST interface, with what these tests wait for. */
import { type Permission, permissions, signToken } from '../../plugins/http/auth.ts'

export const signingSecret = 'fake-signing-secret-of-the-tests-only'

export interface Answer {
  readonly status: number
  readonly body: any
  readonly text: string
}

export interface Caller {
  readonly origin: string
  /** Calls as a tenant with every permission. @default tenant 'acme' */
  call(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object, tenant?: string): Promise<Answer>
  /** Asks for a run and waits for its end. @returns the receipt */
  run(installationId: string, mode?: 'sync' | 'compare'): Promise<any>
  /** Waits until something has run and nothing runs. @returns the installation */
  settled(installationId: string): Promise<any>
  /** Asks again until `ready` says so. @returns the body */
  until(path: string, ready: (body: any) => boolean, tenant?: string): Promise<any>
  /** All items of a list, page after page. */
  all(path: string, tenant?: string): Promise<any[]>
  /** Every answer so far, as text. */
  answered(): string
}

/** Longer than any wait that is not a failure, shorter than the test runner's patience. */
const patienceMs = 60_000
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

const issuer = { AUTH_ISSUER: 'integration-host', AUTH_AUDIENCE: 'integration-host', authSecret: signingSecret }

export function tokenOf(tenant: string, may: readonly Permission[] = permissions): Promise<string> {
  return signToken(issuer, { sub: 'me', tenant, permissions: may, expires: '1h' })
}

export function callerOf(origin: string): Caller {
  const answers: string[] = []

  const call: Caller['call'] = async (method, path, body, tenant = 'acme') => {
    const headers = {
      authorization: `Bearer ${await tokenOf(tenant)}`,
      ...(body && { 'content-type': 'application/json' })
    }
    for (;;) {
      const response = await fetch(origin + path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
      const text = await response.text()
      answers.push(text)
      const parsed = text === '' ? null : JSON.parse(text)
      // A busy machine makes a host that has just started shed load; it does nothing of what it was asked then.
      if (parsed?.code !== 'HOST_ERR_OVERLOADED') return { status: response.status, body: parsed, text }
      await pause(50)
    }
  }

  const until: Caller['until'] = async (path, ready, tenant) => {
    const given = performance.now() + patienceMs
    for (;;) {
      const { body, text } = await call('GET', path, undefined, tenant)
      if (ready(body)) return body
      if (performance.now() > given) throw new Error(`${path} does not come to what is waited for: ${text}`)
      await pause(20)
    }
  }

  const settled: Caller['settled'] = id =>
    until(`/v1/installations/${id}`, ({ currentRun, lastRun }) => lastRun && !currentRun)

  return {
    origin,
    call,
    until,
    settled,
    async run(id, mode = 'sync') {
      const { status, body, text } = await call('POST', `/v1/installations/${id}/${mode}`)
      if (status !== 202) throw new Error(text)
      const receipt = await until(`/v1/runs/${body.runId}`, run => run.status !== 'running')
      // The receipt is saved before the lease is given back.
      await until(`/v1/installations/${id}`, ({ currentRun, lastRun }) => lastRun?.id === body.runId && !currentRun)
      return receipt
    },
    async all(path, tenant) {
      const items: any[] = []
      for (let cursor: string | null = null; ; ) {
        const link = `${path}${path.includes('?') ? '&' : '?'}limit=500${cursor ? `&cursor=${cursor}` : ''}`
        const { body } = await call('GET', link, undefined, tenant)
        items.push(...body.items)
        cursor = body.nextCursor
        if (!cursor) return items
      }
    },
    answered: () => answers.join('\n')
  }
}
