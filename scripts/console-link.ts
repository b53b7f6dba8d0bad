/**
 * Prints a link that signs a browser in to the console once, within twelve hours, and nothing else:
 * npm run --silent console:link -- --tenant acme [--permissions …] [--sub me] [--to /console/clients]
 */
import { parseArgs } from 'node:util'
import Fastify from 'fastify'
import { envPlugin } from '../plugins/config/env.ts'
import { isPageOfConsole, makeLink, permissionsOfPeople, printedLinkMs } from '../plugins/console/session/links.ts'
import { tenantPattern } from '../plugins/http/auth.ts'
import { storagePlugin } from '../plugins/storage/plugin.ts'

function readArguments() {
  const { values } = parseArgs({
    options: {
      tenant: { type: 'string' },
      permissions: { type: 'string', default: permissionsOfPeople.join(',') },
      sub: { type: 'string', default: 'local' },
      to: { type: 'string', default: '/console' }
    }
  })
  const { tenant, sub, to } = values
  if (tenant === undefined || !tenantPattern.test(tenant))
    throw new Error('--tenant takes up to 64 letters, digits, ".", "_" and "-", beginning with a letter or digit')
  const wanted = values.permissions.split(',').map(name => name.trim())
  if (!wanted.every(name => permissionsOfPeople.includes(name)))
    throw new Error(`--permissions takes a comma separated list of ${permissionsOfPeople.join(', ')}`)
  if (!isPageOfConsole(to)) throw new Error('--to takes a path of the console, such as /console/clients')
  return { caller: { tenant, sub, permissions: wanted }, to }
}

const program = Fastify()
try {
  const { caller, to } = readArguments()
  await program.register(envPlugin, { env: process.env })
  const { console: config, HOST, PORT } = program.config
  if (!config) throw new Error('This environment has no console: see CONSOLE and CONSOLE_ORIGIN.')
  await program.register(storagePlugin)
  const path = await makeLink(program.store, caller, to, printedLinkMs)
  const host = HOST.includes(':') ? `[${HOST}]` : HOST
  console.log((config.origin ?? `http://${host}:${PORT}`) + path)
} catch (error) {
  console.error((error as Error).message.split('\n')[0])
  process.exitCode = 1
} finally {
  await program.close()
}
