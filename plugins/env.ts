import { isAbsolute, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import fp from 'fastify-plugin'
import type { Static } from 'typebox'
import { durationPattern, parseDuration } from './duration.ts'
import { errors } from './errors.ts'
import type { Secrets } from './first-start.ts'
import { Type } from './type.ts'
import { findTypingErrors } from './typing-errors.ts'

const duration = (byDefault: string, range: string) =>
  Type.String({ pattern: durationPattern, default: byDefault, description: `a duration ${range}` })

/** `description` says what is allowed and ends the line that stops a start; `writeOnly` values are never repeated. */
const Variables = Type.Object({
  NODE_ENV: Type.Optional(Type.String({ description: 'a word; "production" makes the host refuse generated secrets' })),
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
  ENCRYPTION_KEYS: Type.Optional(
    Type.String({
      minLength: 1,
      writeOnly: true,
      description: 'id:base64,id:base64 with 32-byte keys, the first seals'
    })
  ),
  OUTBOUND_ALLOW: Type.String({ default: '', description: 'origins and CIDRs, comma separated' }),
  SYNC_EVERY: duration('5m', 'from 1s to 30d'),
  COMPARE_EVERY: duration('24h', 'from 1s to 90d'),
  SYNC_CONCURRENCY: Type.Integer({
    default: 8,
    minimum: 1,
    maximum: 256,
    description: 'a whole number from 1 to 256'
  }),
  LEASE_TTL: duration('15s', 'from 1s to 10m'),
  RUNS_KEEP: duration('30d', 'from 1h to 3650d'),
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
  readonly syncConcurrency: number
  readonly leaseTtlMs: number
  readonly runsKeepMs: number
}

/** With the secrets that plugins/first-start.ts adds. */
export interface Config extends Configured, Secrets {}

export type Environment = Readonly<Record<string, string | undefined>>

declare module 'fastify' {
  interface FastifyInstance {
    config: Config
  }
}

function refuse(name: keyof Variables, value: unknown): never {
  const schema = Variables.properties[name] as { description?: string; writeOnly?: boolean }
  const shown = schema.writeOnly ? 'set to something else' : JSON.stringify(String(value).slice(0, 100))
  throw new errors.HOST_ERR_CONFIG(`${name} must be ${schema.description}; it is ${shown}.`)
}

function durationBetween(name: keyof Variables, text: string, least: string, most: string): number {
  const ms = parseDuration(text) ?? -1
  if (ms < parseDuration(least)! || ms > parseDuration(most)!) refuse(name, text)
  return ms
}

const isOnThisMachine = (host: string) => /^(127\.[0-9.]+|\[?::1\]?|localhost)$/.test(host)

function checkJwksUrl(text: string): void {
  const url = URL.parse(text)
  const onThisMachine = url !== null && isOnThisMachine(url.hostname)
  if (url?.protocol !== 'https:' && !onThisMachine) refuse('AUTH_JWKS_URL', text)
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
    syncConcurrency: variables.SYNC_CONCURRENCY,
    leaseTtlMs: durationBetween('LEASE_TTL', variables.LEASE_TTL, '1s', '10m'),
    runsKeepMs: durationBetween('RUNS_KEEP', variables.RUNS_KEEP, '1h', '3650d')
  }
}

/** What is used of JSON Schema above. */
interface VariableSchema {
  readonly type?: 'string' | 'integer'
  readonly enum?: readonly string[]
  readonly pattern?: string
  readonly minLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly default?: string | number
}

/** undefined: not allowed. */
function valueFrom(schema: VariableSchema, text: string): string | number | undefined {
  const { type, enum: words, pattern = '', minLength = 0, minimum = 0, maximum = 0 } = schema
  if (type === 'integer') {
    const number = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN
    return number >= minimum && number <= maximum ? number : undefined
  }
  if (words) return words.includes(text) ? text : undefined
  return text.length >= minLength && new RegExp(pattern, 'u').test(text) ? text : undefined
}

/** Reads and checks the environment. @throws HOST_ERR_CONFIG for the first value that is not allowed */
export async function readConfig(env: Environment): Promise<Configured> {
  const variables: Record<string, string | number> = {}
  for (const [name, schema] of Object.entries<VariableSchema>(Variables.properties)) {
    const text = env[name]
    const value = text === undefined ? schema.default : valueFrom(schema, text)
    if (value !== undefined) variables[name] = value
    else if (text !== undefined) refuse(name as keyof Variables, text)
  }
  return derive(variables as Variables)
}

/** A value that is not allowed stops the start with one line. The secrets come with plugins/first-start.ts. */
export const envPlugin = fp<{ env: Environment }>(
  async (fastify, { env }) => {
    fastify.decorate('config', (await readConfig(env)) as Config)
    for (const { name, nearest } of findTypingErrors(Object.keys(env), Object.keys(Variables.properties)))
      fastify.log.warn({ variable: name }, `${name} is not a variable of this host; did you mean ${nearest}?`)
  },
  { name: 'env', fastify: '5.x' }
)
