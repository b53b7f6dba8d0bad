import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { decodeJwt } from 'jose'
import t from 'tap'
import { readConfig } from '../../../plugins/config/env.ts'
import { readAuthSecret, readEncryptionKeys } from '../../../plugins/config/first-start.ts'

const mode = (path: string) => statSync(path).mode & 0o777

t.test('with nothing configured the secrets are made once, for the owner alone', async t => {
  const folder = join(t.testdir(), 'data')
  const config = await readConfig({ DATA_DIR: folder })
  const { authSecret, authSecretGenerated } = await readAuthSecret(config)
  const keys = await readEncryptionKeys(config)

  t.equal(authSecretGenerated, true)
  t.ok(authSecret!.length >= 32)
  const [, key = ''] = keys.split(':')
  t.equal(Buffer.from(key, 'base64').length, 32)
  t.equal(mode(folder), 0o700)
  t.equal(mode(join(folder, 'auth-secret')), 0o600)
  t.equal(mode(join(folder, 'encryption-keys')), 0o600)
  t.same(readdirSync(folder).sort(), ['auth-secret', 'encryption-keys'], 'no draft is left')

  t.equal((await readAuthSecret(config)).authSecret, authSecret)
  t.equal(await readEncryptionKeys(config), keys)
})

t.test('hosts that start at once agree on one secret', async t => {
  const config = await readConfig({ DATA_DIR: t.testdir() })
  const secrets = await Promise.all(Array.from({ length: 20 }, () => readAuthSecret(config)))
  t.equal(new Set(secrets.map(({ authSecret }) => authSecret)).size, 1)
})

t.test('a secret that others may read is closed to them', async t => {
  const folder = t.testdir({ 'auth-secret': 'x'.repeat(40) })
  chmodSync(join(folder, 'auth-secret'), 0o644)
  const { authSecret } = await readAuthSecret(await readConfig({ DATA_DIR: folder }))
  t.equal(authSecret, 'x'.repeat(40))
  t.equal(mode(join(folder, 'auth-secret')), 0o600)
})

t.test('a cut secret and a folder that is none are refused by name', async t => {
  const folder = t.testdir({ 'auth-secret': 'short' })
  await t.rejects(readAuthSecret(await readConfig({ DATA_DIR: folder })), {
    code: 'HOST_ERR_CONFIG',
    message: /auth-secret of less than 32 characters/
  })
  writeFileSync(join(folder, 'a-file'), '')
  await t.rejects(readEncryptionKeys(await readConfig({ DATA_DIR: join(folder, 'a-file/data') })), {
    code: 'HOST_ERR_CONFIG',
    message: /DATA_DIR must be a folder/
  })
})

t.test('in production nothing is made', async t => {
  const folder = join(t.testdir(), 'data')
  const config = await readConfig({ DATA_DIR: folder, NODE_ENV: 'production' })
  await t.rejects(readAuthSecret(config), { message: /AUTH_SECRET .* or AUTH_JWKS_URL must be set/ })
  await t.rejects(readEncryptionKeys(config), { message: /ENCRYPTION_KEYS .* must be set/ })
  t.throws(() => statSync(folder), { code: 'ENOENT' })
})

async function runToken(env: Record<string, string>, ...args: string[]) {
  const script = join(import.meta.dirname, '../../../scripts/token.ts')
  const child = spawn(process.execPath, [script, ...args], { env: { PATH: process.env.PATH, ...env } })
  const [out, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { out, errors, code }
}

t.test('the token script prints a token and nothing else', async t => {
  const DATA_DIR = t.testdir()
  const { out, errors, code } = await runToken(
    { DATA_DIR },
    ...['--tenant', 'acme', '--permissions', 'integrations:read,clients:read', '--sub', 'me', '--expires', '15m']
  )
  t.equal(code, 0)
  t.equal(errors, '')
  t.match(out, /^[\w-]+\.[\w-]+\.[\w-]+\n$/)
  const claims = decodeJwt(out)
  t.match(claims, { sub: 'me', tenant: 'acme', permissions: ['integrations:read', 'clients:read'] })
  t.equal(claims.exp! - claims.iat!, 900)
  t.ok(readFileSync(join(DATA_DIR, 'auth-secret')).length >= 32)
})

t.test('the token script refuses in one line', async t => {
  const DATA_DIR = t.testdir()
  const good = ['--tenant', 'acme', '--permissions', 'clients:read']
  const cases: [Record<string, string>, string[], RegExp][] = [
    [{}, ['--permissions', 'clients:read'], /--tenant/],
    [{}, ['--tenant', '../x', '--permissions', 'clients:read'], /--tenant/],
    [{}, ['--tenant', 'acme', '--permissions', 'all'], /--permissions takes .*clients:read/],
    [{}, [...good, '--expires', 'soon'], /--expires/],
    [{ AUTH_JWKS_URL: 'https://issuer.example/keys' }, good, /AUTH_JWKS_URL/],
    [{ NODE_ENV: 'production' }, good, /AUTH_SECRET/]
  ]
  for (const [env, args, line] of cases) {
    const { out, errors, code } = await runToken({ DATA_DIR, ...env }, ...args)
    t.equal(code, 1)
    t.equal(out, '')
    t.match(errors, line)
    t.equal(errors.trim().split('\n').length, 1)
  }
})
