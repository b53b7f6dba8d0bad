import type { FaultHandle, FaultRule, Fault as KitFault, Meets, RecordWriter, Site } from '../kit/index.ts'
import type { Account, TableName } from './accounts/account.ts'
import { type Oddity, oddities } from './oddities.ts'

/** What goes wrong, in this vendor's words. */
export type Fault = KitFault<TableName, Oddity>

/** The kit's rules over this vendor's tables; `companyId` is short for a bad record among the companies. */
export type ConnectWiseRule = FaultRule<TableName, Oddity> | ({ kind: 'badRecord'; companyId: number } & Meets)

interface Where {
  book: Site['book']
  writer: RecordWriter
  data: Account
}

export function addFault(rule: ConnectWiseRule, { book, writer, data }: Where): FaultHandle {
  if (rule.kind === 'badRecord' && 'companyId' in rule) {
    const { companyId, ...rest } = rule
    return book.add({ ...rest, table: 'companies', id: companyId })
  }
  if (rule.kind !== 'oddRecord') return book.add(rule)
  const table = data[rule.table ?? 'companies']
  writer.distort(table, rule.id, typeof rule.odd === 'function' ? rule.odd : oddities[rule.odd])
  return book.add(rule, () => writer.distort(table, rule.id, undefined), true)
}
