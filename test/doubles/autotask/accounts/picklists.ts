import type { EntityName } from '../schema.ts'

export interface PicklistValue {
  readonly value: number
  readonly label: string
  readonly isActive: boolean
  /** Autotask's own: it cannot be removed, but its label can be another. */
  readonly isSystem: boolean
}

/** Values by entity and field; numbers and labels differ between databases. */
export type Picklists = Map<`${EntityName}.${string}`, PicklistValue[]>

const listed = (labels: Readonly<Record<number, string>>, isSystem = true): PicklistValue[] =>
  Object.entries(labels).map(([value, label]) => ({ value: Number(value), label, isActive: true, isSystem }))

/** @param customer the number of the type "Customer": public sources name 1 and 3 */
export function shippedPicklists(customer: 1 | 3 = 1): Picklists {
  return new Map<`${EntityName}.${string}`, PicklistValue[]>([
    [
      'Companies.companyType',
      [
        ...listed({ [customer]: 'Customer', 2: 'Lead', [4 - customer]: 'Prospect', 4: 'Dead' }),
        ...listed({ 6: 'Cancelation', 7: 'Vendor', 8: 'Partner' })
      ]
    ],
    ['Companies.classification', listed({ 200: 'Gold', 201: 'Silver' }, false)],
    [
      'Contracts.contractType',
      listed({
        1: 'Time & Materials',
        3: 'Fixed Price',
        4: 'Block Hours',
        6: 'Retainer',
        7: 'Recurring Service',
        8: 'Incident'
      })
    ],
    ['Contracts.status', listed({ 0: 'Inactive', 1: 'In Effect' })],
    ['Contracts.contractCategory', listed({ 12: 'Managed', 13: 'Projects' }, false)],
    ['Contracts.contractPeriodType', listed({ 2: 'Monthly', 3: 'Quarterly', 4: 'Semi-Annual', 5: 'Yearly' })],
    ['Services.periodType', periods()],
    ['ServiceBundles.periodType', periods()],
    ['Contacts.namePrefix', listed({ 1: 'Mr.', 2: 'Ms.' })],
    ['Contacts.nameSuffix', listed({ 1: 'Jr.' })],
    ['ContractBlocks.status', listed({ 0: 'Inactive', 1: 'Active' })],
    ['ContractBlocks.paymentType', listed({ 1: 'Invoice' })],
    ['ContractRetainers.status', listed({ 0: 'Inactive', 1: 'Active' })],
    ['ContractMilestones.status', listed({ 0: 'Not Ready to Bill', 1: 'Ready to Bill', 2: 'Billed' })]
  ])
}

function periods(): PicklistValue[] {
  return listed({ 1: 'One-Time', 2: 'Monthly', 3: 'Quarterly', 4: 'Semi-Annual', 5: 'Yearly' })
}

/** The number of a label; throws if the list does not have it. */
export function numberOf(lists: Picklists, list: `${EntityName}.${string}`, label: string): number {
  const found = lists.get(list)?.find(value => value.label === label)
  if (!found) throw new Error(`The double has no ${list} "${label}"`)
  return found.value
}

export function labelOf(lists: Picklists, list: `${EntityName}.${string}`, value: unknown): string | undefined {
  return lists.get(list)?.find(one => one.value === value)?.label
}
