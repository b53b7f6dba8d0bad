import type { VendorRecord } from '../../kit/index.ts'
import { type Account, createAccount } from './account.ts'
import { type AdditionTraits, type AgreementTraits, additionRecord, agreementRecord } from './agreement-record.ts'
import { catalogItems } from './catalog.ts'
import { companyRecord } from './company-record.ts'
import { contactRecord } from './contact-record.ts'

const entered = '2024-01-10T08:00:00Z'
const names = [
  'active customer',
  'inactive customer',
  'not approved customer',
  'deleted customer',
  'prospect',
  'vendor',
  'customer and partner',
  'client, not customer',
  'merged customer',
  'customer without contacts',
  'no type'
] as const

/** The ids of the tiny account's companies, by what each stands for. */
export const tinyIds = Object.fromEntries(names.map((name, index) => [name, index + 1])) as Record<
  (typeof names)[number],
  number
>

function companies(): VendorRecord[] {
  const company = (id: number, typeIds: number[], statusId = 1, deleted = false) =>
    companyRecord({
      id,
      typeIds,
      statusId,
      deleted,
      lastUpdated: `2025-03-${String(id).padStart(2, '0')}T10:00:00Z`,
      dateEntered: entered
    })
  return [
    company(1, [1]),
    company(2, [1], 2),
    company(3, [1], 3),
    company(4, [1], 1, true),
    company(5, [2]),
    company(6, [3]),
    company(7, [5, 1]),
    company(8, [4]),
    { ...company(9, [1], 1), deletedFlag: true },
    company(10, [1]),
    company(11, [])
  ]
}

/**
 * A handful of companies, one for each rule; `tinyIds` names them. Company 1 has an active default contact with
 * e-mail, phone and fax, an inactive contact, and an agreement with an addition of each kind.
 */
export function tinyAccount(): Account {
  const list = companies()
  const reference = (id: number) => {
    const { identifier, name } = list[id - 1]!
    return { id, identifier, name }
  }
  const contact = (
    id: number,
    companyId: number,
    isDefault: boolean,
    inactive: boolean,
    has: readonly ('email' | 'phone' | 'fax')[]
  ) =>
    contactRecord({
      id,
      company: reference(companyId),
      isDefault,
      inactive,
      has,
      lastUpdated: '2025-03-01T10:00:00Z',
      dateEntered: entered
    })
  const agreement = (
    id: number,
    companyId: number,
    status: AgreementTraits['status'],
    billAmount: number | null,
    more = {}
  ) =>
    agreementRecord({
      id,
      company: reference(companyId),
      status,
      billAmount,
      startDate: '2024-02-01T00:00:00Z',
      lastUpdated: '2025-03-05T10:00:00Z',
      ...more
    })
  const addition = (
    id: number,
    agreementId: number,
    product: number,
    quantity: number,
    unitPrice: number,
    more: Partial<AdditionTraits> = {}
  ) =>
    additionRecord({
      id,
      agreementId,
      product: { id: product, identifier: `PRODUCT-${product}` },
      quantity,
      unitPrice,
      unitCost: unitPrice / 2,
      effectiveDate: '2024-02-01T00:00:00Z',
      lastUpdated: '2025-03-05T10:00:00Z',
      ...more
    })
  return createAccount({
    companies: list,
    contacts: [
      contact(11, 1, true, false, ['email', 'phone', 'fax']),
      contact(12, 1, false, true, ['email']),
      contact(13, 1, false, false, ['email', 'email', 'phone', 'phone']),
      contact(71, 7, true, false, []),
      contact(51, 5, true, false, ['email'])
    ],
    agreements: [
      agreement(101, 1, 'Active', 100.1),
      agreement(102, 1, 'Expired', 50, { endDate: '2024-12-31T00:00:00Z' }),
      agreement(103, 1, 'Cancelled', 75),
      agreement(104, 1, 'Inactive', 20),
      agreement(105, 7, 'Active', null, { cycle: 1, currency: 1 }),
      agreement(106, 2, 'Active', 30),
      agreement(107, 10, 'Active', 0, { cycle: 2 })
    ],
    additions: [
      addition(1001, 101, 1, 1, 0.1),
      addition(1002, 101, 2, 1, 0.2),
      addition(1003, 101, 3, 10, 5, { billCustomer: 'DoNotBill' }),
      addition(1004, 101, 3, 10, 5, { billCustomer: 'NoCharge' }),
      addition(1005, 101, 1, 10, 5, { cancelledDate: '2024-06-01T00:00:00Z' }),
      addition(1006, 101, 1, 10, 5, { effectiveDate: '2999-01-01T00:00:00Z' }),
      addition(1007, 105, 2, 3, 19.99),
      addition(1008, 107, 3, 2, 12)
    ],
    catalog: catalogItems(3, [reference(6)])
  })
}
