import type { PermissionsIntro } from 'integration-host/connector'
import { howToGrantIn } from 'integration-host/connector/kit'

/** What a security level of an API user has to allow: nothing but reading. */
export const permissions = {
  companies: {
    name: 'CRM > Company: Customer & Cancelation',
    level: 'View: All',
    reason: 'to read companies with their contacts'
  },
  vendors: {
    name: 'CRM > Company: Vendor & Partners',
    level: 'View: All',
    reason: 'to read the names of vendors of the services in a contract'
  },
  contracts: {
    name: 'Contracts',
    level: 'View: All, contract visibility: Full',
    reason: 'to read contracts, their services, bundles, blocks, retainers and milestones'
  },
  catalogue: {
    name: 'Admin data: services and service bundles',
    level: 'View',
    reason: 'to read the billing period and the vendor of a service'
  }
} as const

export const permissionsIntro: PermissionsIntro = {
  title: 'What the API user needs',
  text: 'Copy the security level "API User (system)", or the one that cannot read costs, and leave these on. Nothing is ever created, changed or deleted.',
  row: 'Of the security level'
}

export type Permission = keyof typeof permissions

export const howToGrant = howToGrantIn(
  permissions,
  'In Autotask open Admin > Account Settings & Users > Security Levels > the level of your API user, and set'
)
