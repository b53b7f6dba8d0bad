import {
  type ConnectorFailure,
  CredentialsRejected,
  type HttpResponse,
  PermissionMissing,
  SourceUnavailable,
  SourceUnreadable
} from 'integration-host/connector'
import { within } from 'integration-host/connector/kit'
import { howToGrant, rights } from '../permissions.ts'
import type { Endpoint } from './endpoints.ts'

/** What the vendor calls its refusal; its text is looked at but never passed on. */
function readError(body: unknown): { code: string; message: string } {
  const code = within(body, 'code') ?? within(body, 'error') ?? ''
  return { code: String(code), message: String(within(body, 'message') ?? '') }
}

/** The refusal is about the client id, not about the keys or a right: the status alone does not tell. */
export function blamesClientId(response: HttpResponse): boolean {
  const { code, message } = readError(response.body)
  return /client[\s_-]*id/i.test(`${code} ${message}`)
}

/** The web host was called where cloud wants the API host. */
export function wantsApiHost(response: HttpResponse): boolean {
  return /SSL is required/i.test(readError(response.body).message)
}

/** What a status outside 2xx means for the run. */
export function toFailure(response: HttpResponse, { path, permission }: Endpoint): ConnectorFailure {
  const { status } = response
  const again = 'and type the credentials again.'
  if (status === 401) {
    const where = 'System > Members > API Members > API Keys'
    return new CredentialsRejected(`ConnectWise refuses the API keys. Make a new key under ${where}, ${again}`)
  }
  if (blamesClientId(response)) {
    const where = 'developer.connectwise.com > ClientID'
    return new CredentialsRejected(`ConnectWise refuses the client ID. Copy it again from ${where}, ${again}`)
  }
  if (wantsApiHost(response)) {
    const message = 'ConnectWise wants to be called at its API host. Save the connection again.'
    return new SourceUnavailable(message, { status })
  }
  if (status === 403) {
    const lacks = permission && `: its security role lacks "${rights[permission].name}". ${howToGrant(permission)}`
    return new PermissionMissing(`ConnectWise does not let the API member read ${path}${lacks ?? '.'}`)
  }
  if (status === 404) {
    const message = `ConnectWise has no ${path} where company info says the API is (404). It may be in the middle of an upgrade.`
    return new SourceUnavailable(message, { status })
  }
  const code = readError(response.body).code.replace(/[^\w-]/g, '')
  const why = `${status} ${code.slice(0, 40)}`.trim()
  return new SourceUnreadable(`ConnectWise does not take the question for ${path} (${why}).`, 'shape')
}
