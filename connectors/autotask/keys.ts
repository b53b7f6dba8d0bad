import type { Credentials } from './form.ts'

/** The install form, read. Holds secrets: never logged, never kept. */
export interface Keys {
  readonly userName: string
  readonly secret: string
  readonly integrationCode: string
  /** Where zones are asked for. */
  readonly origin: string
}

/** Tells the zone of any database, in whatever zone that is. */
const everywhere = 'https://webservices.autotask.net'

// Of the integration code `describe` is told nothing where it is the operator's.
export function readKeys({ userName, secret, integrationCode = '', zoneUrl = '' }: Credentials): Keys {
  const zone = zoneUrl.trim()
  return {
    userName: userName.trim(),
    secret: secret.trim(),
    integrationCode: integrationCode.trim(),
    origin: zone === '' ? everywhere : (URL.parse(zone)?.origin ?? zone)
  }
}

export function describeKeys(credentials: Credentials): Readonly<Record<string, string>> {
  const { userName, origin } = readKeys(credentials)
  return { userName, ...(origin === everywhere ? {} : { zoneUrl: origin }) }
}
