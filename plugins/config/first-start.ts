/** The secrets a host starts with: as configured, or (never in production) made in DATA_DIR on the first start. */
import { randomBytes } from 'node:crypto'
import { chmod, link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import fp from 'fastify-plugin'
import { errors } from '../errors.ts'
import type { Configured, Secrets } from './env.ts'

/** All of it is on disk before the name exists, and a name that exists is never replaced: two hosts that start at once agree. */
async function createOnce(path: string, content: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  try {
    await link(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await unlink(draft)
  }
}

async function readOrCreate(folder: string, name: string, make: () => string): Promise<string> {
  const path = join(folder, name)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    if (!(await stat(path).catch(() => null))) await createOnce(path, make())
    if ((await stat(path)).mode & 0o077) await chmod(path, 0o600)
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    const { code = 'unknown cause' } = error as NodeJS.ErrnoException
    throw new errors.HOST_ERR_CONFIG(
      `DATA_DIR must be a folder that can be written: ${name} in it cannot be used (${code}).`
    )
  }
}

export async function readAuthSecret(config: Configured): Promise<Omit<Secrets, 'encryptionKeys'>> {
  if (config.AUTH_JWKS_URL !== undefined) return { authSecret: null, authSecretGenerated: false }
  if (config.AUTH_SECRET !== undefined) return { authSecret: config.AUTH_SECRET, authSecretGenerated: false }
  if (config.production)
    throw new errors.HOST_ERR_CONFIG(
      'AUTH_SECRET (at least 32 characters) or AUTH_JWKS_URL must be set when NODE_ENV is "production".'
    )
  const authSecret = await readOrCreate(config.dataDir, 'auth-secret', () => randomBytes(48).toString('base64url'))
  if (authSecret.length < 32)
    throw new errors.HOST_ERR_CONFIG(
      'DATA_DIR holds an auth-secret of less than 32 characters: remove that file or set AUTH_SECRET.'
    )
  return { authSecret, authSecretGenerated: true }
}

export async function readEncryptionKeys(config: Configured): Promise<string> {
  if (config.ENCRYPTION_KEYS !== undefined) return config.ENCRYPTION_KEYS
  if (config.production)
    throw new errors.HOST_ERR_CONFIG(
      'ENCRYPTION_KEYS (id:base64,id:base64 with 32-byte keys, the first seals) must be set when NODE_ENV is "production".'
    )
  return readOrCreate(config.dataDir, 'encryption-keys', () => `k1:${randomBytes(32).toString('base64')}`)
}

/** Completes `fastify.config` with the secrets and closes it. */
export const firstStartPlugin = fp(
  async fastify => {
    const { config } = fastify
    const encryptionKeys = await readEncryptionKeys(config)
    Object.freeze(Object.assign(config, await readAuthSecret(config), { encryptionKeys }))
  },
  { name: 'first-start', fastify: '5.x', dependencies: ['env'] }
)
