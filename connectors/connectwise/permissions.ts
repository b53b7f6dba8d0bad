import type { PermissionsIntro } from 'integration-host/connector'
import { howToGrantIn } from 'integration-host/connector/kit'

/** The rows to tick in the API member's security role: all that is ever read beside setup tables, which mostly need none. */
export const permissions = {
  companies: {
    name: 'Companies > Company Maintenance',
    level: 'Inquire: All',
    reason: 'to read companies with their address, website, type and status'
  },
  contacts: {
    name: 'Companies > Contacts',
    level: 'Inquire: All',
    reason: 'to read e-mail addresses and phone numbers'
  },
  agreements: {
    name: 'Finance > Agreements',
    level: 'Inquire: All',
    reason: 'to read agreements and their additions'
  },
  catalogue: {
    name: 'Procurement > Product Catalog',
    level: 'Inquire: All',
    reason: 'to read the vendor of the products in an agreement'
  }
} as const

/** With the row that most roles need not have, as setup tables are shown to all unless a role hides them. */
export const rights = {
  ...permissions,
  setupTables: {
    name: 'System > Table Setup',
    level: 'Inquire: All',
    reason: 'to read which company types and statuses there are'
  }
} as const

/** The Admin role that older instructions ask for is far more than is ever used. */
export const permissionsIntro: PermissionsIntro = {
  title: 'What the API member needs',
  text: 'Its security role needs these rows, each at the level shown. The Admin role is not needed.',
  row: 'Row of the security role'
}

export type Permission = keyof typeof rights

export const howToGrant = howToGrantIn(
  rights,
  'In ConnectWise open System > Security Roles > the role of your API member, and set the row'
)
