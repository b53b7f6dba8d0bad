import type { FindingsOf } from 'integration-host/connector/kit'

/** Every check, in the order in which they are shown. Names are part of the answer: never renamed. */
export const checks = [
  { name: 'host-reachable', title: 'The domain answers' },
  { name: 'company-id-known', title: 'The company ID is known' },
  { name: 'credentials-accepted', title: 'The API keys are accepted' },
  { name: 'client-id-accepted', title: 'The client ID is accepted' },
  { name: 'type-and-status-found', title: 'Your customer types and statuses are found' },
  { name: 'companies-readable', title: 'Companies can be read' },
  { name: 'contacts-readable', title: 'Contacts can be read' },
  { name: 'agreements-readable', title: 'Agreements can be read' },
  { name: 'additions-readable', title: 'Additions can be read' },
  { name: 'product-catalogue-readable', title: 'The product catalogue can be read' }
] as const

export type Findings = FindingsOf<typeof checks>
