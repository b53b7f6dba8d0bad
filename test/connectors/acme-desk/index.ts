/** Acme Desk does not exist. Its connector proves that the host needs to know no vendor, and shows how small one can be. */
import { CredentialsRejected, connectorPlugin, defineConnector, type Validation } from 'integration-host/connector'
import { activeAccounts } from './active-accounts.ts'
import { ask, origin } from './api.ts'
import { credentials, type Desk, settings } from './form.ts'

async function validate(context: Desk): Promise<Validation> {
  try {
    const { body } = await ask(context, '/me')
    const checks = [{ name: 'token accepted', status: 'passed', message: 'Acme Desk knows this token.' }] as const
    const account = { ...(body as { id: string; name: string }), origin: origin(context.credentials.region) }
    return { valid: true, account, checks, problems: [] }
  } catch (error) {
    if (!(error instanceof CredentialsRejected)) throw error
    const { message } = error
    const fix = 'Make a new token under Admin, API.'
    return {
      valid: false,
      checks: [{ name: 'token accepted', status: 'failed', message, fix }],
      problems: [{ pointer: '/token', message }]
    }
  }
}

export default connectorPlugin(
  defineConnector({
    contract: 1,
    name: 'acme-desk',
    title: 'Acme Desk',
    description: 'Accounts of Acme Desk, a help desk that was invented for tests.',
    level: 'gold',
    vendorHosts: ['*.acme-desk.example'],
    rate: { requests: 600, perMs: 60_000, concurrency: 2 },
    credentials,
    endpointFields: ['region'],
    settings,
    vendorPermissions: [{ name: 'Accounts', level: 'read', reason: 'To read accounts.' }],
    syncTypes: [activeAccounts],
    describe: ({ region }) => ({ region }),
    validate
  })
)
