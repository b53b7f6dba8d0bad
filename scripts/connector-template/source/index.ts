import { CredentialsRejected, connectorPlugin, defineConnector, type Validation } from 'integration-host/connector'
import { activeClients } from './active-clients.ts'
import { credentials, type MyVendor, settings } from './form.ts'

const accepted = 'key accepted'

/** Asks who the account is, and once what a sync asks: an account that passes should sync. */
async function signIn(_context: MyVendor): Promise<NonNullable<Validation['account']>> {
  throw new Error(
    'To do 5: the vendor’s own id of the account, its name, and the origin that answered; then accountsAfter, as a sync asks'
  )
}

async function validate(context: MyVendor): Promise<Validation> {
  try {
    const account = await signIn(context)
    const checks = [{ name: accepted, status: 'passed', message: 'My Vendor knows this key.' }] as const
    return { valid: true, account, checks, problems: [] }
  } catch (error) {
    if (!(error instanceof CredentialsRejected)) throw error
    const { message } = error
    const fix = 'Make a new key.'
    return {
      valid: false,
      checks: [{ name: accepted, status: 'failed', message, fix }],
      problems: [{ pointer: '/key', message }]
    }
  }
}

// To do 1: the vendor's hosts, its limits and the rights that reading needs, as its documents have them.
export default connectorPlugin(
  defineConnector({
    contract: 1,
    name: 'my-vendor',
    title: 'My Vendor',
    description: 'Clients of My Vendor, one way.',
    vendorHosts: ['*.my-vendor.example'],
    rate: { requests: 60, perMs: 60_000, concurrency: 2 },
    credentials,
    endpointFields: ['site'],
    settings,
    checks: [{ name: accepted, title: 'My Vendor knows this key' }],
    vendorPermissions: [{ name: 'Accounts', level: 'read', reason: 'To read accounts.' }],
    syncTypes: [activeClients],
    describe: ({ site }) => ({ site }),
    validate
  })
)
