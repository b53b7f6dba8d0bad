import type { Permission } from '../permissions.ts'

/** A list of the vendor's API: its path below `/apis/3.0/`, and the right that reading it takes. */
export interface Endpoint {
  readonly path: string
  readonly permission?: Permission
  /** Amounts of its records: kept as the text the vendor sent, so that no cent passes through a float. */
  readonly amounts?: readonly string[]
}

const additionAmounts = ['extPrice', 'unitPrice', 'quantity', 'lessIncluded']

export const endpoints = {
  systemInfo: { path: 'system/info' },
  bundles: { path: 'system/bundles', permission: 'agreements', amounts: additionAmounts },
  companies: { path: 'company/companies', permission: 'companies' },
  companyTypes: { path: 'company/companies/types', permission: 'companies' },
  companyStatuses: { path: 'company/companies/statuses', permission: 'companies' },
  contacts: { path: 'company/contacts', permission: 'contacts' },
  agreements: { path: 'finance/agreements', permission: 'agreements', amounts: ['billAmount'] },
  catalogue: { path: 'procurement/catalog', permission: 'catalogue' }
} as const satisfies Record<string, Endpoint>

/** The vendor lists additions below their agreement alone. */
export function additionsOf(agreementId: string): Endpoint {
  return { path: `finance/agreements/${agreementId}/additions`, permission: 'agreements', amounts: additionAmounts }
}
