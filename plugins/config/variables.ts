/** The variables of the environment, each with what it may be. */
import { type Static, Type } from 'typebox'
import { errors } from '../errors.ts'
import { durationPattern } from './duration.ts'

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
export const Variables = Type.Object({
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
export type Variables = Static<typeof Variables>

/** Stops the start with one line that says what the variable may be. */
export function refuse(name: keyof Variables, value: unknown): never {
  const schema = Variables.properties[name] as { description?: string; writeOnly?: boolean }
  // In a URL a password may stand before the @, or somewhere in the query.
  const hidden = schema.writeOnly || /[@?#]|%40/.test(String(value))
  const shown = hidden ? 'set to something else' : JSON.stringify(String(value).slice(0, 100))
  throw new errors.HOST_ERR_CONFIG(`${name} must be ${schema.description}; it is ${shown}.`)
}
