import { isAbsolute, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import fastifyEnv from '@fastify/env'
import Fastify from 'fastify'
import fp from 'fastify-plugin'
import { type Static, Type } from 'typebox'
import { errors } from '../errors.ts'
import { type ConsoleConfig, type ConsoleVariables, consoleConfig } from './console-config.ts'
import { durationPattern, parseDuration } from './duration.ts'
import { isOnThisMachine } from './this-machine.ts'
import { findTypingErrors } from './typing-errors.ts'

const duration = (byDefault: string, range: string) =>
  Type.String({ pattern: durationPattern, default: byDefault, description: `a duration ${range}` })

/** Of one caller within a minute. */
const calls = (byDefault: number) =>
  Type.Integer({
    default: byDefault,
    minimum: 0,
    maximum: 1_000_000,
    description: 'a whole number of calls a minute, 0 for no limit'
  })

/** `description` says what is allowed and ends the line that stops a start; `writeOnly` values are never repeated. */
const Variables = Type.Object({
  NODE_ENV: Type.Optional(
    Type.String({ description: 'a word; "production", spelled so, makes the host refuse generated secrets' })
  ),
  HOST: Type.String({ default: '127.0.0.1', pattern: '^[0-9A-Za-z.:_-]+$', description: 'an address or host name' }),
  PORT: Type.Integer({
    default: 3000,
    minimum: 0,
    maximum: 65_535,
    description: 'a whole number from 0 to 65535 (0: any free port)'
  }),
  DATA_DIR: Type.String({ default: './data', minLength: 1, description: 'the path of a folder' }),
  STORAGE_URL: Type.Optional(
    Type.String({
      pattern: '^(file:.+|mongodb(\\+srv)?://.+)$',
      writeOnly: true,
      description: 'file:… (SQLite) or mongodb://…'
    })
  ),
  CONNECTORS: Type.String({ default: '', description: 'npm names or paths, comma separated' }),
  AUTH_SECRET: Type.Optional(Type.String({ minLength: 32, writeOnly: true, description: 'at least 32 characters' })),
  AUTH_JWKS_URL: Type.Optional(
    Type.String({ pattern: '^https?://', description: 'an https URL (plain http only on this machine)' })
  ),
  AUTH_ISSUER: Type.String({ default: 'integration-host', minLength: 1, description: 'the tokens’ "iss"' }),
  AUTH_AUDIENCE: Type.String({ default: 'integration-host', minLength: 1, description: 'the tokens’ "aud"' }),
  TOKEN_MAX_AGE: duration('24h', 'from 1m to 3650d'),
  CALLS_READ: calls(6000),
  CALLS_CHANGE: calls(120),
  CALLS_VENDOR: calls(30),
  ENCRYPTION_KEYS: Type.Optional(
    Type.String({
      minLength: 1,
      writeOnly: true,
      description: 'id:base64,id:base64 with 32-byte keys, the first seals'
    })
  ),
  OUTBOUND_ALLOW: Type.String({ default: '', description: 'origins and CIDRs, comma separated' }),
  OUTBOUND_PROXY: Type.Optional(
    Type.String({ pattern: '^https?://', writeOnly: true, description: 'the http or https URL of a proxy' })
  ),
  OUTBOUND_CA: Type.Optional(Type.String({ minLength: 1, description: 'the path of a PEM file with certificates' })),
  SYNC_EVERY: duration('5m', 'from 1s to 30d'),
  COMPARE_EVERY: duration('24h', 'from 1s to 90d'),
  SYNC_EVERY_MIN: Type.Optional(
    Type.String({ pattern: durationPattern, description: 'a duration from 1s to SYNC_EVERY' })
  ),
  COMPARE_EVERY_MIN: Type.Optional(
    Type.String({ pattern: durationPattern, description: 'a duration from 1s to COMPARE_EVERY' })
  ),
  SYNC_CONCURRENCY: Type.Integer({
    default: 8,
    minimum: 1,
    maximum: 256,
    description: 'a whole number from 1 to 256'
  }),
  LOSS_SHARE: Type.Number({ default: 0.2, minimum: 0, maximum: 1, description: 'a number from 0 to 1' }),
  LOSS_FLOOR: Type.Integer({ default: 5, minimum: 1, maximum: 1_000_000, description: 'a whole number from 1' }),
  LEASE_TTL: duration('15s', 'from 1s to 10m'),
  WEBHOOK_ALLOW: Type.String({ default: '', description: 'origins, comma separated' }),
  RUNS_KEEP: duration('30d', 'from 1h to 3650d'),
  HISTORY_KEEP: duration('30d', 'from 1h to 3650d'),
  AUDIT_KEEP: duration('400d', 'from 1d to 3650d'),
  METRICS_PORT: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 65_535,
      description: 'a whole number from 0 to 65535 (0: any free port)'
    })
  ),
  METRICS_HOST: Type.String({
    default: '127.0.0.1',
    pattern: '^[0-9A-Za-z.:_-]+$',
    description: 'an address or host name'
  }),
  METRICS_TOKEN: Type.Optional(
    Type.String({
      pattern: '^[!-~]{16,512}$',
      writeOnly: true,
      description: '16 to 512 letters, digits and signs without spaces'
    })
  ),
  CONSOLE: Type.Optional(Type.Enum(['on', 'off'], { description: 'on or off' })),
  CONSOLE_ORIGIN: Type.String({ default: '', description: 'an https origin' }),
  CONSOLE_EMBED: Type.String({ default: '', description: 'https origins, comma separated' }),
  CONSOLE_NAME: Type.String({
    default: 'Integrations host',
    pattern: '^\\S(.{0,38}\\S)?$',
    description: 'a text of 1 to 40 characters'
  }),
  CONSOLE_SIGN: Type.Optional(Type.String({ minLength: 1, description: 'the path of a .svg, .png or .webp file' })),
  CONSOLE_ACCENT: Type.Optional(Type.String({ pattern: '^#[0-9A-Fa-f]{6}$', description: 'a colour such as #3552bc' })),
  OIDC_ISSUER: Type.Optional(Type.String({ minLength: 1, writeOnly: true, description: 'an https URL' })),
  OIDC_CLIENT_ID: Type.Optional(Type.String({ minLength: 1, description: 'the client ID that the issuer gave' })),
  OIDC_CLIENT_SECRET: Type.Optional(
    Type.String({ minLength: 1, writeOnly: true, description: 'the secret that the issuer gave' })
  ),
  OIDC_SCOPE: Type.String({
    default: 'openid',
    pattern: '^(.* )?openid( .*)?$',
    description: 'scopes with spaces between them, openid among them'
  }),
  OIDC_TENANT_CLAIM: Type.String({ default: 'tenant', minLength: 1, description: 'the name of a claim' }),
  OIDC_PERMISSIONS_CLAIM: Type.String({ default: 'permissions', minLength: 1, description: 'the name of a claim' }),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'one of fatal, error, warn, info, debug, trace, silent'
  })
})
type Variables = Static<typeof Variables>

/** The variables under their own names, and beside them what the host's parts read. */
export interface Configured extends Readonly<Variables> {
  readonly production: boolean
  /** Absolute. */
  readonly dataDir: string
  readonly storageUrl: string
  /** npm names or paths. */
  readonly connectors: readonly string[]
  /** Origins and CIDRs as written; plugins/outbound/allow.ts reads them. */
  readonly outboundAllow: readonly string[]
  readonly syncEveryMs: number
  readonly compareEveryMs: number
  /** The shortest that a tenant may ask for. */
  readonly syncEveryMinMs: number
  readonly compareEveryMinMs: number
  readonly syncConcurrency: number
  /** Of what there was, and how many records at least, goes within 24 hours without a person. */
  readonly lossShare: number
  readonly lossFloor: number
  readonly leaseTtlMs: number
  readonly runsKeepMs: number
  readonly historyKeepMs: number
  readonly auditKeepMs: number
  /** How old a token may be, whatever its "exp" says. */
  readonly tokenMaxAgeMs: number
  /** null: there is none. */
  readonly console: ConsoleConfig | null
}

export interface Secrets {
  /** What tokens are signed and checked with; `null`: AUTH_JWKS_URL says whose tokens are good. */
  readonly authSecret: string | null
  /** The authSecret is a file in DATA_DIR, so whoever starts this host may sign tokens. */
  readonly authSecretGenerated: boolean
  /** The key ring as text, `id:base64,id:base64`. */
  readonly encryptionKeys: string
}

/** With the secrets that plugins/config/first-start.ts adds. */
export interface Config extends Configured, Secrets {}

export type Environment = Readonly<Record<string, string | undefined>>

declare module 'fastify' {
  interface FastifyInstance {
    config: Config
  }
}

function refuse(name: keyof Variables, value: unknown): never {
  const schema = Variables.properties[name] as { description?: string; writeOnly?: boolean }
  // In a URL a password may stand before the @, or somewhere in the query.
  const hidden = schema.writeOnly || /[@?#]|%40/.test(String(value))
  const shown = hidden ? 'set to something else' : JSON.stringify(String(value).slice(0, 100))
  throw new errors.HOST_ERR_CONFIG(`${name} must be ${schema.description}; it is ${shown}.`)
}

function durationBetween(name: keyof Variables, text: string, least: string, most: string): number {
  const ms = parseDuration(text) ?? -1
  if (ms < parseDuration(least)! || ms > parseDuration(most)!) refuse(name, text)
  return ms
}

/** By default tenants may ask for nothing shorter than what the operator has set for all. */
function shortest(variables: Variables, name: 'SYNC_EVERY' | 'COMPARE_EVERY'): number {
  return durationBetween(`${name}_MIN`, variables[`${name}_MIN`] ?? variables[name], '1s', variables[name])
}

function checkJwksUrl(text: string): void {
  const url = URL.parse(text)
  const onThisMachine = url !== null && isOnThisMachine(url.hostname)
  if (url?.protocol !== 'https:' && !onThisMachine) refuse('AUTH_JWKS_URL', text)
}

/** Another spelling of production would pass for development, with secrets of the host's own making. */
function checkNodeEnv({ NODE_ENV = '' }: Variables): void {
  if (NODE_ENV !== 'production' && /^\s*prod(uction)?\s*$/i.test(NODE_ENV)) refuse('NODE_ENV', NODE_ENV)
}

/** Metrics tell of a host what a stranger need not know. */
function checkMetricsAreGuarded({ METRICS_PORT, METRICS_HOST, METRICS_TOKEN }: Variables): void {
  if (METRICS_PORT === undefined || METRICS_TOKEN !== undefined || isOnThisMachine(METRICS_HOST)) return
  throw new errors.HOST_ERR_CONFIG(
    'METRICS_TOKEN must be set (at least 16 characters) when METRICS_HOST is more than this machine.'
  )
}

const commaSeparated = (text: string) =>
  text
    .split(',')
    .map(entry => entry.trim())
    .filter(entry => entry !== '')

function derive(variables: Variables): Configured {
  const dataDir = isAbsolute(variables.DATA_DIR) ? variables.DATA_DIR : resolve(variables.DATA_DIR)
  if (variables.AUTH_JWKS_URL !== undefined) {
    if (variables.AUTH_SECRET !== undefined)
      throw new errors.HOST_ERR_CONFIG('AUTH_SECRET and AUTH_JWKS_URL exclude each other: set one of them.')
    checkJwksUrl(variables.AUTH_JWKS_URL)
  }
  checkNodeEnv(variables)
  checkMetricsAreGuarded(variables)
  return {
    ...variables,
    production: variables.NODE_ENV === 'production',
    dataDir,
    storageUrl: variables.STORAGE_URL ?? pathToFileURL(join(dataDir, 'host.db')).href,
    connectors: commaSeparated(variables.CONNECTORS),
    outboundAllow: commaSeparated(variables.OUTBOUND_ALLOW),
    syncEveryMs: durationBetween('SYNC_EVERY', variables.SYNC_EVERY, '1s', '30d'),
    compareEveryMs: durationBetween('COMPARE_EVERY', variables.COMPARE_EVERY, '1s', '90d'),
    syncEveryMinMs: shortest(variables, 'SYNC_EVERY'),
    compareEveryMinMs: shortest(variables, 'COMPARE_EVERY'),
    syncConcurrency: variables.SYNC_CONCURRENCY,
    lossShare: variables.LOSS_SHARE,
    lossFloor: variables.LOSS_FLOOR,
    leaseTtlMs: durationBetween('LEASE_TTL', variables.LEASE_TTL, '1s', '10m'),
    tokenMaxAgeMs: durationBetween('TOKEN_MAX_AGE', variables.TOKEN_MAX_AGE, '1m', '3650d'),
    auditKeepMs: durationBetween('AUDIT_KEEP', variables.AUDIT_KEEP, '1d', '3650d'),
    historyKeepMs: durationBetween('HISTORY_KEEP', variables.HISTORY_KEEP, '1h', '3650d'),
    runsKeepMs: durationBetween('RUNS_KEEP', variables.RUNS_KEEP, '1h', '3650d'),
    console: consoleConfig(variables as ConsoleVariables)
  }
}

interface AjvError {
  readonly instancePath: string
}

/** Reads and checks the environment; a value that is not allowed stops the start with one line. The secrets come with plugins/config/first-start.ts. */
export const envPlugin = fp<{ env: Environment }>(
  async (fastify, { env }) => {
    const data: Record<string, string> = {}
    for (const name of Object.keys(Variables.properties)) {
      const value = env[name]
      if (value !== undefined) data[name] = value
    }
    try {
      await fastify.register(fastifyEnv, { confKey: 'variables', schema: Variables, data, env: false })
    } catch (error) {
      const [first] = (error as { errors?: AjvError[] }).errors ?? []
      if (!first) throw error
      const name = first.instancePath.slice(1) as keyof Variables
      refuse(name, data[name])
    }
    fastify.decorate('config', derive(fastify.getEnvs<Variables>()) as Config)
    // Those of connectors are looked at when these are loaded.
    const own = Object.keys(env).filter(name => !name.startsWith('CONNECTOR_'))
    for (const { name, nearest } of findTypingErrors(own, Object.keys(Variables.properties)))
      fastify.log.warn({ variable: name }, `${name} is not a variable of this host; did you mean ${nearest}?`)
  },
  { name: 'env', fastify: '5.x' }
)

/** For programs that need the configuration without a host. */
export async function readConfig(env: Environment): Promise<Configured> {
  const bare = Fastify()
  await bare.register(envPlugin, { env })
  return bare.config
}
