/** The host as a process: listens, says where, and ends in time. */
import type { FastifyInstance } from 'fastify'
import type { Configured } from '../config/env.ts'
import { errors, errorTable } from '../errors.ts'
import { apiPrefix } from './api-prefix.ts'
import { type Caller, permissions, signToken } from './auth.ts'
import { openWaitingRoom, type WaitingRoom } from './waiting-room.ts'

/** Supervisors kill after 10 s; ending by ourselves a little earlier leaves a line in the log. */
const closeLimitMs = 9500

/** A failure of the configuration or the surroundings is told in one line; anything else is a mistake of ours, with its stack. */
function sayWhyNot(error: unknown): void {
  const { code = '', message } = error as NodeJS.ErrnoException
  if (code in errorTable) console.error(`${code}: ${message.replaceAll('\n', ' ')}`)
  else if (code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    console.error(`HOST_ERR_CONFIG: HOST and PORT must be an address of this machine and a free port (${message}).`)
  else console.error(error)
}

/** npm runs a script in a shell, and that shell dies of SIGTERM without passing it on: losing the parent means the same. */
function onParentGone(act: () => void): void {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    act()
  }, 500)
  watch.unref()
}

function endInTime(host: FastifyInstance): void {
  let ending = false
  const end = async (signal: NodeJS.Signals) => {
    if (ending) process.exit(1)
    ending = true
    setTimeout(() => {
      host.log.error('closing took too long; what was not finished goes on from its checkpoint at the next start')
      process.exit(1)
    }, closeLimitMs).unref()
    host.log.info({ signal }, 'ending')
    await host.close()
    process.exit(0)
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  if (process.env.npm_lifecycle_event !== undefined) onParentGone(() => end('SIGTERM'))
  // The state of the process is unknown from here on, and every run can go on from its checkpoint.
  const die = (error: unknown) => {
    host.log.fatal({ err: error }, 'a failure that nothing caught; the process ends')
    process.exit(1)
  }
  process.on('uncaughtException', die)
  process.on('unhandledRejection', die)
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Makes a path that signs a browser in to the console, once; absent: there is none. */
    inviteToConsole?: (caller: Caller) => Promise<string>
  }
}

/** For whoever tries it out: with a secret of its own making the host can hand out the first token itself. */
async function invitation(host: FastifyInstance, address: string): Promise<string> {
  const caller = { sub: 'local', tenant: 'demo', permissions: permissions.filter(name => name !== 'console:link') }
  const token = await signToken(host.config, { ...caller, expires: '12h' })
  const path = await host.inviteToConsole?.(caller)
  const link =
    path === undefined
      ? ''
      : `
  The console (the link signs you in once; press Continue):  ${(host.config.console?.origin ?? address) + path}
`
  return `${link}
  API and a page to try it:  ${address}/docs
  A token for tenant "demo", good for 12 hours:

export TOKEN=${token}

curl -s -H "Authorization: Bearer $TOKEN" '${address}${apiPrefix}/integrations'
curl -s -H "Authorization: Bearer $TOKEN" '${address}${apiPrefix}/installations'
curl -s -H "Authorization: Bearer $TOKEN" '${address}${apiPrefix}/clients'
`
}

/** Starts the host as its environment says; a start that fails says why in one line and sets exit code 1. */
export async function serve(
  build: (options: { onConfigured(config: Configured): void }) => Promise<FastifyInstance>
): Promise<void> {
  try {
    if (Number.parseInt(process.versions.node, 10) < 24) throw new errors.HOST_ERR_NODE_TOO_OLD(process.versions.node)
    let room: WaitingRoom | undefined
    const host = await build({
      onConfigured({ HOST, PORT }) {
        room = openWaitingRoom(HOST, PORT)
      }
    })
    endInTime(host)
    const { HOST, PORT } = host.config
    const address = await host.listen({ host: HOST, port: (await room?.leave()) ?? PORT })
    console.log(`listening on ${address}`)
    if (host.config.authSecretGenerated) console.log(await invitation(host, address))
  } catch (error) {
    sayWhyNot(error)
    process.exit(1)
  }
}
