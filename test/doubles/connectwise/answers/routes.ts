import type { Account } from '../accounts/account.ts'
import { sitesOf } from '../accounts/sites.ts'
import { notFound } from '../refusal.ts'
import { createTable, type Table } from '../table.ts'
import type { Permission, Role } from './permissions.ts'

/** What a path leads to: a list, its count, or one record. */
export interface Target {
  kind: 'list' | 'count' | 'record'
  table: Table
  parentField?: string
  within?: readonly number[]
  /** The table is made for this request. */
  derived?: boolean
  id?: number
}

interface Route {
  path: string
  permission?: Permission
  open: (account: Account, parentId: number) => Omit<Target, 'kind' | 'id'>
}

const routes: Route[] = [
  { path: 'company/companies/types', open: account => ({ table: account.companyTypes }) },
  { path: 'company/companies/statuses', open: account => ({ table: account.statuses }) },
  { path: 'company/communicationTypes', open: account => ({ table: account.communicationTypes }) },
  { path: 'finance/agreements/types', open: account => ({ table: account.agreementTypes }) },
  {
    path: 'company/companies/{}/sites',
    permission: 'company',
    open: (account, id) => {
      const sites = sitesOf(need(account.companies, id, 'Company'))
      return { table: createTable('CompanySite', sites), derived: true }
    }
  },
  { path: 'company/companies', permission: 'company', open: account => ({ table: account.companies }) },
  {
    path: 'company/contacts/{}/communications',
    permission: 'contacts',
    open: (account, id) => {
      const items = need(account.contacts, id, 'Contact').communicationItems ?? []
      return {
        table: createTable(
          'ContactCommunication',
          items.map((item: object) => ({ ...item, contactId: id }))
        )
      }
    }
  },
  {
    path: 'company/contacts',
    permission: 'contacts',
    open: account => ({ table: account.contacts, parentField: 'company/id' })
  },
  {
    path: 'finance/agreements/{}/additions',
    permission: 'agreements',
    open: (account, id) => {
      need(account.agreements, id, 'Agreement')
      return { table: account.additions, within: account.additions.children(id) }
    }
  },
  {
    path: 'finance/agreements',
    permission: 'agreements',
    open: account => ({ table: account.agreements, parentField: 'company/id' })
  },
  { path: 'procurement/catalog', permission: 'catalog', open: account => ({ table: account.catalog }) }
]

const compiled = routes.map(route => ({
  ...route,
  pattern: new RegExp(`^${route.path.replace('{}', '(?<parent>\\d+)')}(?:/(?<rest>\\d+|count))?$`)
}))

/** Finds what a path below `/apis/3.0/` names; 403 without the right, 404 when there is nothing. */
export function findTarget(path: string, account: Account, role: Role): Target {
  for (const route of compiled) {
    const found = route.pattern.exec(path)
    if (!found) continue
    const { parent, rest } = found.groups!
    role.require(route.permission)
    const opened = route.open(account, Number(parent))
    if (rest === undefined) return { kind: 'list', ...opened }
    if (rest === 'count') return { kind: 'count', ...opened }
    const id = Number(rest)
    need(opened.table, id, opened.table.schema)
    if (opened.within && !opened.within.includes(id)) throw notFound(`${opened.table.schema} ${id} not found`)
    return { kind: 'record', id, ...opened }
  }
  throw notFound('The resource was not found.')
}

function need(table: Table, id: number, name: string) {
  const record = table.get(id)
  if (!record) throw notFound(`${name} ${id} not found`)
  return record
}
