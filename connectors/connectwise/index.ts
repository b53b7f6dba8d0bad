import { connectorPlugin, defineConnector, Type } from 'integration-host/connector'
import { describeAccount } from './account.ts'
import { checks } from './checks/names.ts'
import { credentials, operator, settings } from './form.ts'
import { guide } from './guide.ts'
import { readNotes } from './notes.ts'
import { permissions, permissionsIntro } from './permissions.ts'
import { resolve } from './resolve.ts'
import { activeAgreements } from './syncs/active-agreements.ts'
import { activeCustomers } from './syncs/active-customers.ts'
import { validate } from './validate.ts'

export const connectwise = defineConnector({
  contract: 1,
  name: 'connectwise',
  title: 'ConnectWise PSA',
  description: 'Syncs active customers and their agreements from ConnectWise PSA (Manage), one way.',
  level: 'gold',
  vendorHosts: ['*.myconnectwise.net', '*.connectwisedev.com'],
  // The vendor throttles over about 1,000 requests a minute; the rest is left to the account's other integrations.
  rate: { requests: 900, perMs: 60_000, concurrency: 4 },
  credentials,
  operator,
  endpointFields: ['domain'],
  settings,
  checks,
  guide,
  readNotes,
  permissionsIntro,
  vendorPermissions: Object.values(permissions),
  validationDetails: Type.Object({
    keyOrder: Type.Union([Type.Literal('as-given'), Type.Literal('swapped')]),
    apiHost: Type.String()
  }),
  syncTypes: [activeCustomers, activeAgreements],
  describe: describeAccount,
  validate,
  resolve
})

export default connectorPlugin(connectwise)
