/** What the store has to hold of an account, out of the double's oracle. */
import type { Phone } from '../../plugins/entities/shapes/client.ts'
import type { ClientRecord } from '../../plugins/storage/port.ts'
import { profileOf } from '../connectors/profile-of.ts'
import type { ConnectWiseSettings } from '../doubles/connectwise/index.ts'
import type { ExpectedAgreement, ExpectedClient, Oracle } from '../doubles/kit/index.ts'

/** Of one client: text by field, so that two can be compared and a difference be read. */
export type Shown = Readonly<Record<string, string>>

function shownClient(client: ExpectedClient): Shown {
  const { name, address, emails, phones = [], websites } = profileOf(client)
  return {
    name,
    address: JSON.stringify(address),
    emails: JSON.stringify(emails),
    phones: JSON.stringify(phones.map(phoneOf)),
    websites: JSON.stringify(websites)
  }
}

/** Without what was typed, which people do not see. */
const phoneOf = ({ value, label, primary, extension }: Phone) => ({ value, label, primary, extension })

function shownAgreement(agreement: ExpectedAgreement): string {
  const { contractName, vendors, vendorName, overallCost, currency, period, status, startDate, endDate } = agreement
  const { parentId, billedOnce } = agreement
  return JSON.stringify([
    contractName,
    vendorName,
    vendors,
    overallCost,
    currency,
    period,
    status,
    startDate,
    endDate,
    parentId,
    billedOnce
  ])
}

export interface Expected {
  /** Of each client that takes part in either sync type, by its id. */
  readonly customers: ReadonlyMap<string, Shown>
  readonly agreements: ReadonlyMap<string, Shown>
}

export function expectedOf(oracle: Oracle<ConnectWiseSettings>): Expected {
  const customers = new Map(
    oracle
      .customers()
      .filter(({ name }) => name !== null)
      .map(client => [client.externalId, shownClient(client)])
  )
  const agreements = new Map<string, Record<string, string>>()
  for (const agreement of oracle.agreements()) {
    const { clientId, clientName, externalId } = agreement
    if (clientName === null) continue
    const known = agreements.get(clientId) ?? { name: clientName }
    agreements.set(clientId, { ...known, [`agreement ${externalId}`]: shownAgreement(agreement) })
  }
  return { customers, agreements }
}

/** The fields that one sync type owns of a stored client, likewise. */
export function shownOf({ profile, agreements }: ClientRecord, syncType: string): Shown {
  if (syncType === 'active-customers')
    return {
      name: profile.name,
      address: JSON.stringify(profile.address),
      emails: JSON.stringify(profile.emails),
      phones: JSON.stringify(profile.phones.map(phoneOf)),
      websites: JSON.stringify(profile.websites)
    }
  const live = agreements.filter(({ status }) => status !== 'gone')
  const shown = live.map(agreement => {
    const { externalId, contractName, vendorName, vendors, overallCost, currency, billingCycle } = agreement
    const { status, startDate, endDate, parentId, billedOnce } = agreement
    const fields = [
      contractName,
      vendorName,
      vendors,
      overallCost,
      currency,
      billingCycle,
      status,
      startDate,
      endDate,
      parentId,
      billedOnce
    ]
    return [`agreement ${externalId}`, JSON.stringify(fields)]
  })
  return { name: profile.name, ...Object.fromEntries(shown) }
}
