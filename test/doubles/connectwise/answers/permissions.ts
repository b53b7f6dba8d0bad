import { Refusal } from '../refusal.ts'

/** The four rights that a read-only role needs; setup tables need none. */
export type Permission = 'company' | 'contacts' | 'agreements' | 'catalog'

const rights: Record<Permission, string> = {
  company: 'Companies > Company Maintenance',
  contacts: 'Companies > Contacts',
  agreements: 'Finance > Agreements',
  catalog: 'Procurement > Product Catalog'
}

/** The rights of the API member's security role; they can change while the server runs. */
export function createRole(revoked: readonly Permission[]) {
  const lacking = new Set<Permission>(revoked)
  return {
    revoke: (permission: Permission) => void lacking.add(permission),
    grant: (permission: Permission) => void lacking.delete(permission),
    /** Throws 403 naming the missing right. */
    require: (permission: Permission | undefined) => {
      if (!permission || !lacking.has(permission)) return
      throw new Refusal(
        403,
        'Security',
        `The member's security role lacks the right '${rights[permission]}: Inquire All'.`
      )
    }
  }
}

export type Role = ReturnType<typeof createRole>
