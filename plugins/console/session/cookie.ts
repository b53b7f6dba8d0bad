/** The cookies of the console. Browsers take a `__Host-` name only from the host itself, over https, for all of its paths. */

/** Where the session's token is: of a page that stands alone, and of one in a frame of the platform's. */
export const sessionCookies = { alone: '__Host-console', embedded: '__Host-console-embed' } as const
/** What an OIDC sign-in under way needs when the browser comes back. */
export const oidcCookie = '__Host-console-oidc'
/** `light` or `dark`. */
export const shadeCookie = '__Host-console-shade'

/** Lax, so that a link of the platform opens signed in; without an end, so that it goes with the browser. */
const lax = 'Path=/; Secure; HttpOnly; SameSite=Lax'
/** In a frame of another site a cookie has to be None, and Partitioned keeps it to that site's frames. */
const framed = 'Path=/; Secure; HttpOnly; SameSite=None; Partitioned'

/** Node itself takes no more headers than this. */
const longest = 16_384

/** The value of the cookie with this name in a Cookie header; null: there is none, or two that claim to be it. */
export function readCookie(header: string | undefined, name: string): string | null {
  if (header === undefined || header.length > longest) return null
  const values = header
    .split(';')
    .map(pair => pair.trim())
    .filter(pair => pair.startsWith(`${name}=`))
    .map(pair => pair.slice(name.length + 1))
  const [value] = values
  return values.length === 1 && value !== undefined && /^[A-Za-z0-9._~-]+$/.test(value) ? value : null
}

/** Set-Cookie for a session's token; '' takes it away. */
export function sessionCookie(token: string, embedded: boolean): string {
  const end = token === '' ? '; Max-Age=0' : ''
  return `${embedded ? sessionCookies.embedded : sessionCookies.alone}=${token}; ${embedded ? framed : lax}${end}`
}

/** Set-Cookie for anything else. @param seconds 0 takes it away */
export function plainCookie(name: string, value: string, seconds: number): string {
  return `${name}=${value}; ${lax}; Max-Age=${seconds}`
}
