import type { Table } from '../../kit/index.ts'
import type { Account } from '../accounts/account.ts'
import { infoTable } from '../accounts/account.ts'
import { sitesOf } from '../accounts/sites.ts'
import { notFound } from '../refusal.ts'
import type { Permission, Role } from './permissions.ts'

/** What a path leads to: a list, its count, or one record. */
export interface Target {
  kind: 'list' | 'count' | 'record'
  endpoint: string
  table: Table
  within?: readonly number[]
  /** Of a list below a parent. */
  parent?: number
  /** The table is made for this request. */
  derived?: boolean
  id?: number
}

interface Route {
  endpoint: string
  path: string
  permission?: Permission
  open: (account: Account, parentId: number) => Pick<Target, 'table' | 'within' | 'parent' | 'derived'>
}

const routes: Route[] = [
  { endpoint: 'companyTypes', path: 'company/companies/types', open: account => ({ table: account.companyTypes }) },
  { endpoint: 'statuses', path: 'company/companies/statuses', open: account => ({ table: account.statuses }) },
  {
    endpoint: 'communicationTypes',
    path: 'company/communicationTypes',
    open: account => ({ table: account.communicationTypes })
  },
  {
    endpoint: 'agreementTypes',
    path: 'finance/agreements/types',
    open: account => ({ table: account.agreementTypes })
  },
  {
    endpoint: 'sites',
    path: 'company/companies/{}/sites',
    permission: 'company',
    open: (account, id) => {
      const sites = sitesOf(need(account.companies, id, 'Company'))
      return { table: infoTable('CompanySite', sites), parent: id, derived: true }
    }
  },
  {
    endpoint: 'companies',
    path: 'company/companies',
    permission: 'company',
    open: account => ({ table: account.companies })
  },
  {
    endpoint: 'communications',
    path: 'company/contacts/{}/communications',
    permission: 'contacts',
    open: (account, id) => {
      const items = need(account.contacts, id, 'Contact').communicationItems ?? []
      const records = items.map((item: object) => ({ ...item, contactId: id }))
      return { table: infoTable('ContactCommunication', records), parent: id, derived: true }
    }
  },
  {
    endpoint: 'contacts',
    path: 'company/contacts',
    permission: 'contacts',
    open: account => ({ table: account.contacts })
  },
  {
    endpoint: 'additions',
    path: 'finance/agreements/{}/additions',
    permission: 'agreements',
    open: (account, id) => {
      need(account.agreements, id, 'Agreement')
      return { table: account.additions, within: account.additions.children(id), parent: id }
    }
  },
  {
    endpoint: 'agreements',
    path: 'finance/agreements',
    permission: 'agreements',
    open: account => ({ table: account.agreements })
  },
  {
    endpoint: 'catalog',
    path: 'procurement/catalog',
    permission: 'catalog',
    open: account => ({ table: account.catalog })
  }
]

const compiled = routes.map(route => ({
  ...route,
  pattern: new RegExp(`^${route.path.replace('{}', '(?<parent>\\d+)')}(?:/(?<rest>\\d+|count))?$`)
}))

function match(path: string) {
  for (const route of compiled) {
    const found = route.pattern.exec(path)
    if (!found) continue
    const { parent, rest } = found.groups!
    const operation = rest === undefined ? 'list' : rest === 'count' ? 'count' : 'record'
    return { route, parentId: Number(parent), operation, id: Number(rest) } as const
  }
  return undefined
}

/** The endpoint and operation of a path below `/apis/3.0/`. */
export function routeOf(path: string): { endpoint: string; operation: Target['kind'] } | undefined {
  const found = match(path)
  return found && { endpoint: found.route.endpoint, operation: found.operation }
}

/** Finds what a path below `/apis/3.0/` names; 403 without the right, 404 when there is nothing. */
export function findTarget(path: string, account: Account, role: Role): Target {
  const found = match(path)
  if (!found) throw notFound('The resource was not found.')
  const { route, parentId, operation, id } = found
  role.require(route.permission)
  const opened = { endpoint: route.endpoint, ...route.open(account, parentId) }
  if (operation !== 'record') return { kind: operation, ...opened }
  need(opened.table, id, opened.table.schema)
  if (opened.within && !opened.within.includes(id)) throw notFound(`${opened.table.schema} ${id} not found`)
  return { kind: 'record', id, ...opened }
}

function need(table: Table, id: number, name: string) {
  const record = table.get(id)
  if (!record) throw notFound(`${name} ${id} not found`)
  return record
}
