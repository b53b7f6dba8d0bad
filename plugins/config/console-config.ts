import { errors } from '../errors.ts'
import { isOnThisMachine } from './this-machine.ts'

/** The variables of the console, as plugins/config/env.ts has checked them one by one. */
export interface ConsoleVariables {
  readonly HOST: string
  readonly CONSOLE?: string
  /** '': not set. */
  readonly CONSOLE_ORIGIN: string
  readonly CONSOLE_EMBED: string
  readonly CONSOLE_NAME: string
  readonly CONSOLE_SIGN?: string
  readonly CONSOLE_ACCENT?: string
  readonly OIDC_ISSUER?: string
  readonly OIDC_CLIENT_ID?: string
  readonly OIDC_CLIENT_SECRET?: string
  readonly OIDC_SCOPE: string
  readonly OIDC_TENANT_CLAIM: string
  readonly OIDC_PERMISSIONS_CLAIM: string
}

/** The company's own sign-in. */
export interface OidcConfig {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scope: string
  readonly tenantClaim: string
  readonly permissionsClaim: string
}

export interface ConsoleConfig {
  /** Where browsers find the console, `https://sync.example.org`; null: at this machine's own names. */
  readonly origin: string | null
  /** Origins whose pages may frame it. */
  readonly embed: readonly string[]
  readonly name: string
  /** Path of a picture. */
  readonly sign: string | null
  /** `#3552bc` */
  readonly accent: string | null
  readonly oidc: OidcConfig | null
}

function refuse(text: string): never {
  throw new errors.HOST_ERR_CONFIG(text)
}

/**
 * null: no console. It is left out where nobody said at which origin it is, and the host listens to more than this
 * machine: a name that somebody's DNS points here would open it.
 */
export function consoleConfig(variables: ConsoleVariables): ConsoleConfig | null {
  const { HOST, CONSOLE, CONSOLE_ORIGIN, CONSOLE_NAME, CONSOLE_SIGN, CONSOLE_ACCENT } = variables
  if (CONSOLE === 'off') return null
  if (CONSOLE_ORIGIN === '' && !isOnThisMachine(HOST)) {
    if (CONSOLE === 'on') refuse('CONSOLE_ORIGIN must be set when CONSOLE is on and HOST is more than this machine.')
    return null
  }
  return {
    origin: CONSOLE_ORIGIN === '' ? null : originOf('CONSOLE_ORIGIN', CONSOLE_ORIGIN),
    embed: variables.CONSOLE_EMBED.split(',')
      .map(text => text.trim())
      .filter(text => text !== '')
      .map(text => originOf('CONSOLE_EMBED', text)),
    name: CONSOLE_NAME,
    sign: CONSOLE_SIGN ?? null,
    accent: CONSOLE_ACCENT?.toLowerCase() ?? null,
    oidc: oidcConfig(variables)
  }
}

/** Browsers keep the console's cookie over https alone, and over plain http only for names of this machine. */
function originOf(name: string, text: string): string {
  const url = URL.parse(text)
  const plain = url?.protocol === 'http:' && isOnThisMachine(url.hostname)
  if (url && (url.protocol === 'https:' || plain) && url.origin === text.replace(/\/$/, '')) return url.origin
  refuse(
    `${name} must be an https origin such as https://sync.example.org, without a path (plain http only on this machine); it is ${JSON.stringify(text.slice(0, 100))}.`
  )
}

function oidcConfig(variables: ConsoleVariables): OidcConfig | null {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = variables
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) return null
  if (issuer === undefined || clientId === undefined || clientSecret === undefined)
    refuse('OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET must be set together.')
  const url = URL.parse(issuer)
  const plain = url?.protocol === 'http:' && isOnThisMachine(url.hostname)
  if (!(url?.protocol === 'https:' || plain) || url?.username !== '' || url.password !== '')
    refuse('OIDC_ISSUER must be an https URL without a password (plain http only on this machine).')
  if (variables.CONSOLE_ORIGIN === '')
    refuse('CONSOLE_ORIGIN must be set with OIDC_ISSUER: the issuer sends people back to it.')
  return {
    ...{ issuer, clientId, clientSecret, scope: variables.OIDC_SCOPE },
    ...{ tenantClaim: variables.OIDC_TENANT_CLAIM, permissionsClaim: variables.OIDC_PERMISSIONS_CLAIM }
  }
}
