/** What is stored beside what the vendor has, in one shape: by the vendor's own records, not by a connector's code. */
import type { Test } from 'tap'
import type { Caller } from '../bad-days/caller.ts'
import type { ExpectedLine } from '../doubles/kit/index.ts'
import type { TestVendor } from './vendor.ts'

const byId = (a: { externalId: string }, b: { externalId: string }) => Number(a.externalId) - Number(b.externalId)
const distinct = <T>(items: readonly T[], key: (item: T) => string) => {
  const keys = items.map(key)
  return items.filter((_, index) => keys.indexOf(keys[index]!) === index)
}
const digits = ({ value, extension }: ExpectedLine) => `${value.replace(/\D/g, '').slice(-10)}x${extension ?? ''}`
const bare = (website: string) => website.replace(/^https?:\/\//, '').replace(/\/$/, '')

interface Scope {
  readonly tenant?: string
  readonly connectionId?: string
}

export async function clientsStored(host: Caller, { tenant, connectionId }: Scope = {}) {
  const of = connectionId ? `&connectionId=${connectionId}` : ''
  const clients = await host.all(`/v1/clients?status=active${of}`, tenant)
  return clients
    .map(({ sources, name, address, emails, phones, websites }) => ({
      externalId: sources[0].externalId as string,
      name,
      address,
      emails: emails.map(({ value }: { value: string }) => value),
      phones: phones.map(({ typed }: { typed: string }) => typed),
      websites: websites.map(bare)
    }))
    .toSorted(byId)
}

/** Of values that need no cleaning, as the doubles' accounts have them. */
export function clientsExpected({ oracle }: TestVendor) {
  return oracle
    .customers()
    .map(({ externalId, name, address, emails, phones, websites }) => ({
      externalId,
      name,
      address,
      emails: distinct(emails, ({ value }) => value.toLowerCase()).map(({ value }) => value),
      phones: distinct(phones, digits).map(({ value }) => value),
      websites: websites.map(bare)
    }))
    .toSorted(byId)
}

const told = ({ externalId, clientName, contractName, vendorName, vendors, overallCost, currency, endDate }: any) => ({
  ...{ externalId, clientName, contractName, vendorName, vendors, overallCost, currency, endDate }
})

/** Those in force. */
export async function agreementsStored(host: Caller, { tenant, connectionId }: Scope = {}) {
  const listed = await host.all('/v1/agreements?status=active&clientStatus=active', tenant)
  if (connectionId === undefined) return listed.map(told).toSorted(byId)
  const clients = await host.all(`/v1/clients?status=active&connectionId=${connectionId}`, tenant)
  const ids = new Set(clients.map(({ id }) => id))
  return listed
    .filter(({ clientId }) => ids.has(clientId))
    .map(told)
    .toSorted(byId)
}

export function agreementsExpected({ oracle }: TestVendor) {
  return oracle
    .agreements()
    .filter(({ status }) => status === 'active')
    .map(told)
    .toSorted(byId)
}

/** Every active client and every agreement in force is stored as the vendor has it, and nothing else is. */
export async function equalsTheVendor(t: Test, host: Caller, vendor: TestVendor, scope: Scope = {}): Promise<void> {
  const clients = clientsExpected(vendor)
  t.ok(clients.length > 2, `${clients.length} clients`)
  t.strictSame(await clientsStored(host, scope), clients)
  const agreements = agreementsExpected(vendor)
  t.ok(agreements.length > 2, `${agreements.length} agreements`)
  t.strictSame(await agreementsStored(host, scope), agreements)
}
