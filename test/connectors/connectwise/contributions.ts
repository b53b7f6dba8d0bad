/** The double's oracle in the words of contributions: what a complete pass has to give. */
import type { Agreement, Contribution } from '../../../plugins/connector/contract.ts'
import type { ConnectWiseSettings } from '../../doubles/connectwise/index.ts'
import type { ExpectedAgreement, Oracle } from '../../doubles/kit/index.ts'
import { profileOf } from '../profile-of.ts'

function agreementOf({ clientId: _, clientName: __, period, vendors, ...agreement }: ExpectedAgreement): Agreement {
  return { ...agreement, vendors: [...vendors], billingCycle: period, billedOnce: agreement.billedOnce === true }
}

/** By company id; without those that have no name, which nobody can be shown. */
export function contributionsOf(
  oracle: Oracle<ConnectWiseSettings>,
  syncType: string
): ReadonlyMap<string, Contribution> {
  if (syncType === 'active-customers') {
    const named = oracle.customers().filter(({ name }) => name !== null)
    return new Map(named.map(client => [client.externalId, { client: profileOf(client) }]))
  }
  const found = new Map<string, { client: { name: string }; agreements: Agreement[] }>()
  for (const one of oracle.agreements()) {
    if (one.clientName === null) continue
    const contribution = found.get(one.clientId) ?? { client: { name: one.clientName }, agreements: [] }
    contribution.agreements.push(agreementOf(one))
    found.set(one.clientId, contribution)
  }
  return found
}
