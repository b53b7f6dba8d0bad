import type { AutotaskAccount } from '../accounts/account.ts'
import { companyMutations } from './companies.ts'
import { contractMutations } from './contracts.ts'
import { createHands, type MutationRules } from './hands.ts'
import { setupMutations } from './setup.ts'

/** Changes as people make them in the vendor's web interface; each moves the stamps that the vendor moves. */
export function createMutations(account: AutotaskAccount, rules: MutationRules) {
  const hands = createHands(account, rules)
  return {
    ...setupMutations(account, hands),
    ...companyMutations(account, hands, rules),
    ...contractMutations(account, hands, rules)
  }
}

export type Mutations = ReturnType<typeof createMutations>
