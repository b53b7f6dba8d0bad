/** Wraps every stored credential's data key by the first of ENCRYPTION_KEYS, while hosts run. May be cut and started again. */
import Fastify from 'fastify'
import { createTrail } from '../plugins/audit/trail.ts'
import { envPlugin } from '../plugins/config/env.ts'
import { firstStartPlugin } from '../plugins/config/first-start.ts'
import { checkKeys } from '../plugins/sealing/key-check.ts'
import { createKeyring } from '../plugins/sealing/keyring.ts'
import { rotateAll } from '../plugins/sealing/rotate.ts'
import { sealedKey } from '../plugins/sealing/sealed-key.ts'
import { storagePlugin } from '../plugins/storage/plugin.ts'

const program = Fastify()
try {
  await program.register(envPlugin, { env: process.env })
  await program.register(firstStartPlugin)
  const keyring = createKeyring(program.config.encryptionKeys)
  await program.register(storagePlugin)
  // A mistyped new key would seal everything under a key that no host has.
  await checkKeys(keyring, program.store)

  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort(new Error('interrupted; start it again to go on')))
  const { connections, activity, meta } = program.store
  const trail = createTrail(
    activity,
    await sealedKey(meta, keyring, 'audit-trail'),
    () => new Date(),
    (_error, { tenant }) => console.error(`The audit trail of ${tenant} has no entry of this: it could not be written.`)
  )
  const tenants = new Map<string, number>()
  const { rewrapped, skipped, failed } = await rotateAll(connections, keyring, {
    signal: interrupted.signal,
    wrapped: ({ tenant }) => tenants.set(tenant, (tenants.get(tenant) ?? 0) + 1)
  }).finally(async () => {
    // Of what was done before it was cut, too.
    for (const [tenant, count] of tenants)
      await trail.own({ tenant, action: 'key.rotate', details: { connections: count, key: keyring.activeKeyId } })
  })
  console.log(
    `${rewrapped} connections are now under key "${keyring.activeKeyId}", ${skipped} were so or gone already.`
  )
  if (failed.length > 0)
    throw new Error(`${failed.length} could not be opened and stay as they were: ${failed.join(', ')}`)
} catch (error) {
  console.error((error as Error).message.split('\n')[0])
  process.exitCode = 1
} finally {
  await program.close()
}
