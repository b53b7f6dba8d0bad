import { type Caller, permissions } from '../../http/auth.ts'
import type { SignInLink, Store } from '../../storage/port.ts'
import { isToken, newToken, tokenId } from './secret-token.ts'

const minute = 60_000
/** For a link that the platform makes when somebody presses its button. */
export const platformLinkMs = 5 * minute
/** For one that is printed for whoever runs the host. */
export const printedLinkMs = 720 * minute

/** What a person can be given: to make links for others is for platforms. */
export const permissionsOfPeople: readonly string[] = permissions.filter(name => name !== 'console:link')

type Links = Pick<Store, 'links'>

/** A page of the console, and nothing that a browser could take for another place. */
export function isPageOfConsole(to: unknown): to is string {
  if (typeof to !== 'string' || to.length > 1000 || !to.startsWith('/') || /[\\\s]|\/\//.test(to)) return false
  const pathname = URL.parse(to, 'http://localhost')?.pathname ?? ''
  return pathname === '/console' || pathname.startsWith('/console/')
}

/** What signs a browser in once, as a path below the console's origin. */
export async function makeLink(
  { links }: Links,
  { tenant, sub, permissions }: Caller,
  to: string,
  ttlMs: number
): Promise<string> {
  const token = newToken()
  await links.insert({ id: tokenId(token), tenant, sub, permissions, to }, ttlMs)
  return `/console/sign-in?link=${token}`
}

/** Leaves it as good as it was. null: it was used, is too old, or never was. */
export async function lookAtLink({ links }: Links, token: string | null): Promise<SignInLink | null> {
  return isToken(token) ? links.get(tokenId(token)) : null
}

/** Uses it up. null: it was used, is too old, or never was. */
export async function takeLink({ links }: Links, token: string | null): Promise<SignInLink | null> {
  return isToken(token) ? links.take(tokenId(token)) : null
}
