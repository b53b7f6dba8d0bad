import { CredentialsRejected, connectorPlugin, defineConnector, type Validation } from 'integration-host/connector'
import { activeCustomers } from './active-customers.ts'
import { ask, customersAfter, originOf } from './api.ts'
import { credentials, type Lantern, settings } from './form.ts'

const check = 'key accepted'

async function validate(context: Lantern): Promise<Validation> {
  try {
    const me = await ask<{ id: string; name: string }>(context, '/me')
    // What a sync asks first: an account that passes should sync.
    await customersAfter(context, 0)
    const account = { id: me?.id ?? '', name: me?.name ?? '', origin: originOf(context.credentials.site) }
    const checks = [{ name: check, status: 'passed', message: 'Lantern Desk knows this key.' }] as const
    return { valid: true, account, checks, problems: [] }
  } catch (error) {
    if (!(error instanceof CredentialsRejected)) throw error
    const { message } = error
    const fix = 'Make a new key under Settings, API.'
    return {
      valid: false,
      checks: [{ name: check, status: 'failed', message, fix }],
      problems: [{ pointer: '/key', message }]
    }
  }
}

export default connectorPlugin(
  defineConnector({
    contract: 1,
    name: 'lantern-desk',
    title: 'Lantern Desk',
    description: 'Customers of Lantern Desk, a vendor that was invented for this example.',
    level: 'gold',
    vendorHosts: ['*.lantern-desk.example'],
    rate: { requests: 600, perMs: 60_000, concurrency: 2 },
    credentials,
    endpointFields: ['site'],
    settings,
    checks: [{ name: check, title: 'Lantern Desk knows this key' }],
    vendorPermissions: [{ name: 'Customers', level: 'Reader', reason: 'To read customers.' }],
    syncTypes: [activeCustomers],
    describe: ({ site }) => ({ site }),
    validate
  })
)
