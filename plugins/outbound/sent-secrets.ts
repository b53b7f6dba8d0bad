/** What is typed is not what is sent: a connector trims, splits and joins credentials before they become headers. */
import type { HttpClient, HttpRequest } from '../connector/contract.ts'
import type { LiveSecrets } from '../log/live-secrets.ts'

/** Headers whose values are the same for every caller. */
const harmless = /^(accept(-.*)?|content-(type|length|encoding)|user-agent|pagination-type|prefer|if-.*|range)$/i

export interface Registering extends HttpClient {
  /** Takes the values off the log filter again. */
  release(): void
}

/** Registers with the log filter what each request carries in its headers, before it is sent. */
export function registerSent(http: HttpClient, secrets: LiveSecrets): Registering {
  const known = new Set<string>()
  const releases: (() => void)[] = []
  return {
    request(request) {
      const fresh = secretsIn(request).filter(value => !known.has(value))
      if (fresh.length > 0) {
        for (const value of fresh) known.add(value)
        releases.push(secrets.add(fresh))
      }
      return http.request(request)
    },
    get vendorDate() {
      return http.vendorDate
    },
    get vendorDateTakenAt() {
      return http.vendorDateTakenAt
    },
    release() {
      for (const release of releases.splice(0)) release()
      known.clear()
    }
  }
}

/** Header values that may be secret, whole and in the parts they are made of. */
function secretsIn({ headers = {} }: HttpRequest): string[] {
  return Object.entries(headers)
    .filter(([name]) => !harmless.test(name))
    .flatMap(([, value]) => [value, ...partsOf(value)])
}

/** `Basic base64(company+key:key)`: the credentials, both sides of the colon, and what follows a joining sign. */
function partsOf(value: string): string[] {
  const [scheme = '', rest] = value.split(/\s+/, 2)
  if (rest === undefined) return []
  if (!/^basic$/i.test(scheme)) return [rest]
  const text = Buffer.from(rest, 'base64').toString()
  const [user = '', ...password] = text.split(':')
  return [rest, text, user, password.join(':'), ...user.split(/[+/|\\@]/).slice(1)]
}
