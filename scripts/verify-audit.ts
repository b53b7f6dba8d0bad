/** Follows the audit trail of each tenant, or of one: npm run audit:verify [-- --tenant acme]. Exit code 1 if one is broken. */
import { parseArgs } from 'node:util'
import Fastify from 'fastify'
import { verifyTrail } from '../plugins/audit/verify.ts'
import { envPlugin } from '../plugins/config/env.ts'
import { firstStartPlugin } from '../plugins/config/first-start.ts'
import { createKeyring } from '../plugins/sealing/keyring.ts'
import { sealedKey } from '../plugins/sealing/sealed-key.ts'
import { storagePlugin } from '../plugins/storage/plugin.ts'

const program = Fastify()
try {
  const { values } = parseArgs({ options: { tenant: { type: 'string' } } })
  await program.register(envPlugin, { env: process.env })
  await program.register(firstStartPlugin)
  await program.register(storagePlugin)
  const { store, config } = program
  const key = await sealedKey(store.meta, createKeyring(config.encryptionKeys), 'audit-trail')
  const batch = 500
  let tenants = values.tenant === undefined ? await store.activity.tenants(null, batch) : [values.tenant]
  while (tenants.length > 0) {
    for (const tenant of tenants) {
      const { good, broken, head } = await verifyTrail(store.activity, key, tenant)
      const end = head ? `, the last is ${head.seq} ${head.mac}` : ''
      console.log(broken === null ? `${tenant}: ${good} entries are whole${end}` : `${tenant}: BROKEN: ${broken}`)
      if (broken !== null) process.exitCode = 1
    }
    tenants = values.tenant === undefined ? await store.activity.tenants(tenants.at(-1)!, batch) : []
  }
} catch (error) {
  console.error((error as Error).message.split('\n')[0])
  process.exitCode = 1
} finally {
  await program.close()
}
