import { connectorPlugin, defineConnector, Type } from 'integration-host/connector'
import { lanes } from './api/entities.ts'
import { checks } from './checks/names.ts'
import { credentials, operator, settings } from './form.ts'
import { guide } from './guide.ts'
import { describeKeys } from './keys.ts'
import { readNotes } from './notes.ts'
import { permissions, permissionsIntro } from './permissions.ts'
import { resolve } from './resolve.ts'
import { activeContracts } from './syncs/active-contracts.ts'
import { activeCustomers } from './syncs/active-customers.ts'
import { validate } from './validate.ts'

export const autotask = defineConnector({
  contract: 1,
  name: 'autotask',
  title: 'Autotask PSA',
  description: 'Syncs active customers and their contracts from Autotask PSA, one way.',
  level: 'gold',
  vendorHosts: ['*.autotask.net'],
  rate: {
    // All integrations of a database have 10,000 calls an hour together. Half of them is the most that is ever taken.
    requests: 5000,
    perMs: 3_600_000,
    concurrency: 4,
    lanes,
    // Longer than a run waits: it goes on later, and its place is free meanwhile.
    throttlePauseMs: 61_000
  },
  locksAccounts: true,
  credentials,
  operator,
  endpointFields: ['zoneUrl'],
  settings,
  checks,
  guide,
  readNotes,
  permissionsIntro,
  vendorPermissions: Object.values(permissions),
  validationDetails: Type.Object({ zone: Type.String(), callsUsed: Type.String() }),
  syncTypes: [activeCustomers, activeContracts],
  describe: describeKeys,
  validate,
  resolve
})

export default connectorPlugin(autotask)
