import type { Table, VendorRecord } from '../../kit/index.ts'
import type { Account } from './account.ts'
import { companyTypes, reference, share, statuses, statusReferences, typeReferences } from './setup.ts'

const paths = { type: 'company/companies/types', status: 'company/companies/statuses' } as const

/**
 * What records say of their types and status: id and name of the account's own setup row. The same object while the row
 * stays as it is, so that a million companies share a few.
 */
export function createReferences(account: Account) {
  const shipped = new Map<VendorRecord | undefined, object>()
  for (const row of companyTypes) shipped.set(row, typeReferences.get(row.id)!)
  for (const row of statuses) shipped.set(row, statusReferences.get(row.id)!)
  const made = new WeakMap<VendorRecord, object>()
  const of = (table: Table, id: number, key: keyof typeof paths): object => {
    const row = table.get(id)
    if (!row) throw new Error(`The double has no ${table.schema} ${id}`)
    const known = shipped.get(row) ?? made.get(row)
    if (known) return known
    const fresh = reference(id, row.name, paths[key], key)
    made.set(row, fresh)
    return fresh
  }
  const lists = new Map<string, object[]>()
  return {
    status: (id: number) => of(account.statuses, id, 'status'),
    types: (ids: readonly number[]): object[] => {
      const references = ids.map(id => of(account.companyTypes, id, 'type'))
      const key = JSON.stringify(references)
      const list = lists.get(key) ?? share(references)
      lists.set(key, list)
      return list
    }
  }
}

export type References = ReturnType<typeof createReferences>
