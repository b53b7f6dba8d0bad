import {
  type ConnectorFailure,
  CredentialsRejected,
  type HttpResponse,
  PermissionMissing,
  SourceUnavailable,
  SourceUnreadable
} from 'integration-host/connector'
import { listWithin } from 'integration-host/connector/kit'
import { howToGrant, permissions } from '../permissions.ts'
import type { Entity } from './entities.ts'

/** Texts in the vendor's list of errors; they are looked at but never passed on, since they may repeat what was sent. */
export function errorsIn(body: unknown): string[] {
  return listWithin(body, 'errors').map(error => (typeof error === 'string' ? error : JSON.stringify(error)))
}

const says = (response: HttpResponse, pattern: RegExp) => errorsIn(response.body).some(text => pattern.test(text))

/** What a 500 with errors means; none of them: the vendor could not do what it was asked. */
export const meaning = {
  /** Older answers to wrong keys. */
  refused: (response: HttpResponse) => says(response, /integration ?code|user ?name|user is (?:not|un)|login|locked/i),
  noRight: (response: HttpResponse) => says(response, /adequate permission/i),
  tooMany: (response: HttpResponse) => says(response, /thread threshold|Itgenatr005/i),
  /** The name of a field that the zone does not have (yet). */
  unknownField(response: HttpResponse): string | undefined {
    if (response.status !== 500) return undefined
    return errorsIn(response.body).flatMap(text => /Unable to find (\w+) in the/i.exec(text)?.[1] ?? [])[0]
  }
} as const

const refusal =
  'Autotask refuses the user name, the secret or the integration code, or the API user is locked or inactive. Nothing is sent again by itself, because refused calls lock the user for everybody. Look at the user under Admin > Resources/Users, and type the credentials again.'

/** What a status outside 2xx means for the run. @param entity absent: it was none's */
export function toFailure(response: HttpResponse, entity?: Entity): ConnectorFailure {
  const { status } = response
  const what = entity?.path ?? 'a question about the account'
  const is500 = status === 500
  if (status === 401 || (is500 && meaning.refused(response))) return new CredentialsRejected(refusal)
  if (status === 403 || (is500 && meaning.noRight(response))) {
    const lacks = entity
      ? `its security level lacks "${permissions[entity.permission].name}". ${howToGrant(entity.permission)}`
      : 'see its security level.'
    return new PermissionMissing(`Autotask does not let the API user read ${what}: ${lacks}`)
  }
  if (meaning.tooMany(response)) {
    const detail = { status, throttled: true, retryAfterMs: 60_000 }
    return new SourceUnavailable('Autotask has too many calls at once with this integration code.', detail)
  }
  const field = meaning.unknownField(response)
  if (field) return new SourceUnreadable(`Autotask knows no field ${field.slice(0, 60)} of ${what}.`, 'shape')
  if (is500) return new SourceUnavailable(`Autotask could not answer ${what} (500).`, { status })
  if (status === 404)
    return new SourceUnavailable(`Autotask has no ${what} where its zone says it is (404).`, { status })
  return new SourceUnreadable(`Autotask does not take the question for ${what} (${status}).`, 'shape')
}
