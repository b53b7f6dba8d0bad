/** Prints a token and nothing else: npm run --silent token -- --tenant acme --permissions integrations:read [--sub me] [--expires 1h] */
import { parseArgs } from 'node:util'
import { parseDuration } from '../plugins/config/duration.ts'
import { readConfig } from '../plugins/config/env.ts'
import { readAuthSecret } from '../plugins/config/first-start.ts'
import { type Permission, permissions, tenantPattern } from '../plugins/http/auth.ts'
import { signToken } from '../plugins/http/token.ts'

async function token(): Promise<string> {
  const { values } = parseArgs({
    options: {
      tenant: { type: 'string' },
      permissions: { type: 'string' },
      sub: { type: 'string', default: 'local' },
      expires: { type: 'string', default: '1h' }
    }
  })
  if (values.tenant === undefined || !tenantPattern.test(values.tenant))
    throw new Error('--tenant takes up to 64 letters, digits, ".", "_" and "-", beginning with a letter or digit')
  const wanted = (values.permissions ?? '').split(',').map(name => name.trim())
  if (!wanted.every(name => permissions.includes(name as Permission)))
    throw new Error(`--permissions takes a comma separated list of ${permissions.join(', ')}`)
  if (!parseDuration(values.expires)) throw new Error('--expires takes a duration such as 15m, 1h or 7d')

  const config = await readConfig(process.env)
  const { tenant, sub, expires } = values
  return signToken({ ...config, ...(await readAuthSecret(config)) }, { tenant, sub, permissions: wanted, expires })
}

try {
  console.log(await token())
} catch (error) {
  console.error((error as Error).message.split('\n')[0])
  process.exitCode = 1
}
