/** The double's oracle in the words of contributions: what a complete pass has to give. */
import {
  type Agreement,
  address,
  type Contribution,
  emailsOf,
  phonesOf,
  websitesOf
} from '../../../plugins/connector/contract.ts'
import type { ConnectWiseSettings } from '../../doubles/connectwise/index.ts'
import type { ExpectedAgreement, ExpectedClient, ExpectedLine, Oracle } from '../../doubles/kit/index.ts'

const lineOf = ({ value, extension, label }: ExpectedLine) => ({ typed: value, extension, label })

function profileOf(client: ExpectedClient): Contribution['client'] {
  const { name, emails, phones, websites } = client
  return {
    name: name!,
    address: address(client.address),
    emails: emailsOf(emails.map(lineOf)),
    phones: phonesOf(phones.map(lineOf), client.address?.country),
    websites: websitesOf(websites)
  }
}

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
