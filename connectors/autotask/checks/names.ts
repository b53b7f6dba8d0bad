import type { FindingsOf } from 'integration-host/connector/kit'

/** Every check, in the order in which they are shown. Names are part of the answer: never renamed. */
export const checks = [
  { name: 'zone-found', title: 'A database of this user name is found' },
  { name: 'login-accepted', title: 'The secret and the integration code are accepted' },
  { name: 'calls-left', title: 'Calls are left in this hour' },
  { name: 'types-found', title: 'Your company types are found' },
  { name: 'companies-readable', title: 'Companies can be read' },
  { name: 'contacts-readable', title: 'Contacts can be read' },
  { name: 'contracts-readable', title: 'Contracts can be read' },
  { name: 'contract-costs-readable', title: 'Services, units and amounts of contracts can be read' },
  { name: 'catalogue-readable', title: 'The catalogue of services can be read' }
] as const

export type Findings = FindingsOf<typeof checks>
