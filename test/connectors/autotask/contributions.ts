/** The double's oracle in the words of contributions: what a complete pass has to give. */
import type { Agreement, Contribution } from '../../../plugins/connector/contract.ts'
import type { AutotaskServer, AutotaskSettings } from '../../doubles/autotask/index.ts'
import type { ExpectedAgreement } from '../../doubles/kit/index.ts'
import { profileOf } from '../profile-of.ts'

const periods: Readonly<Record<string, string | null>> = { month: 'Monthly', contract: null }
/** The host's words for the oracle's. */
export const statuses: Readonly<Record<string, string>> = { 'not started': 'inactive', ended: 'expired' }

export function profilesOf(
  { oracle }: Pick<AutotaskServer, 'oracle'>,
  settings: Partial<AutotaskSettings> = {}
): ReadonlyMap<string, Contribution> {
  return new Map(oracle.customers(settings).map(one => [one.externalId, { client: profileOf(one) }]))
}

export function agreementOf({ clientId: _, clientName: __, period, ...one }: ExpectedAgreement): Agreement {
  return {
    ...one,
    vendors: [...one.vendors],
    status: statuses[one.status] ?? one.status,
    billingCycle: periods[period!] ?? null,
    billedOnce: period === 'contract'
  }
}

/** Clients with a contract in effect, with all of their contracts that are listed. */
export function contractsOf({ oracle }: Pick<AutotaskServer, 'oracle'>): ReadonlyMap<string, Contribution> {
  const taking = new Map(oracle.agreements().map(({ clientId, clientName }) => [clientId, clientName!]))
  const found = new Map<string, Contribution & { agreements: Agreement[] }>()
  for (const one of oracle.agreements({ contracts: 'listed' })) {
    const name = taking.get(one.clientId)
    if (name === undefined) continue
    const contribution = found.get(one.clientId) ?? { client: { name }, agreements: [] }
    contribution.agreements.push(agreementOf(one))
    found.set(one.clientId, contribution)
  }
  return found
}
