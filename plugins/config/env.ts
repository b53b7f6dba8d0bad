import { isAbsolute, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import fastifyEnv from '@fastify/env'
import Fastify from 'fastify'
import fp from 'fastify-plugin'
import { errors } from '../errors.ts'
import { type ConsoleConfig, type ConsoleVariables, consoleConfig } from './console-config.ts'
import { parseDuration } from './duration.ts'
import { isOnThisMachine } from './this-machine.ts'
import { findTypingErrors } from './typing-errors.ts'
import { refuse, Variables } from './variables.ts'

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
  /** Origins that webhooks may be told at beside public https addresses. */
  readonly webhookAllow: readonly string[]
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

function webhookOrigin(text: string): string {
  const url = URL.parse(text)
  if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin
  throw new errors.HOST_ERR_CONFIG('WEBHOOK_ALLOW must be origins such as http://127.0.0.1:9000, comma separated.')
}

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
    webhookAllow: commaSeparated(variables.WEBHOOK_ALLOW).map(webhookOrigin),
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
