import {
  type ConnectorFailure,
  CredentialsRejected,
  type HttpResponse,
  PermissionMissing,
  SourceUnavailable,
  SourceUnreadable
} from '../../../plugins/connector/contract.ts'
import { howToGrant, rights } from '../permissions.ts'
import type { Endpoint } from './endpoints.ts'

/** What the vendor calls its refusal; its text is looked at but never passed on. */
function readError(body: unknown): { code: string; message: string } {
  const { code, error, message } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  return { code: String(code ?? error ?? ''), message: String(message ?? '') }
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
export function toFailure(response: HttpResponse, endpoint: Endpoint): ConnectorFailure {
  const { status } = response
  if (status === 401) {
    return new CredentialsRejected(
      'ConnectWise refuses the API keys. Make a new key under System > Members > API Members > API Keys, and type the credentials again.'
    )
  }
  if (blamesClientId(response)) {
    return new CredentialsRejected(
      'ConnectWise refuses the client ID. Copy it again from developer.connectwise.com > ClientID, and type the credentials again.'
    )
  }
  if (wantsApiHost(response)) {
    return new SourceUnavailable('ConnectWise wants to be called at its API host. Save the connection again.', {
      status
    })
  }
  if (status === 403 && endpoint.permission) {
    return new PermissionMissing(
      `ConnectWise does not let the API member read ${endpoint.path}: its security role lacks "${rights[endpoint.permission].name}". ${howToGrant(endpoint.permission)}`
    )
  }
  if (status === 403) return new PermissionMissing(`ConnectWise does not let the API member read ${endpoint.path}.`)
  if (status === 404) {
    return new SourceUnavailable(
      `ConnectWise has no ${endpoint.path} where company info says the API is (404). It may be in the middle of an upgrade.`,
      { status }
    )
  }
  const code = readError(response.body)
    .code.replace(/[^\w-]/g, '')
    .slice(0, 40)
  return new SourceUnreadable(
    `ConnectWise does not take the question for ${endpoint.path} (${status}${code ? ` ${code}` : ''}).`,
    'shape'
  )
}
