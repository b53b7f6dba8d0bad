/** Data that comes by itself: the first of it, and whatever people change at the vendor from then on. */
import type { Test } from 'tap'
import { equalsTheVendor } from '../as-stored.ts'
import { installationUrl, type Story, untilClient } from './story.ts'

export async function firstData(t: Test, story: Story): Promise<void> {
  const { host, vendor, customers, agreements, connectionId } = story
  for (const id of [customers, agreements]) {
    const { lastRun } = await host.until(installationUrl(id), ({ lastPass, lastRun }) => lastPass && lastRun)
    const { read, created, updated, unchanged, leftOut, setAside } = lastRun.counts
    t.equal(read, created + updated + unchanged + leftOut + setAside, 'its receipt adds up')
  }
  await equalsTheVendor(t, host, vendor)
  const [client] = await host.all(`/v1/clients?externalId=${vendor.known.customer}`)
  t.match(client.sources, [{ connector: vendor.connector, connectionId, externalId: vendor.known.customer }])
  for (const id of [vendor.known.inactive, vendor.known.prospect])
    t.strictSame(await host.all(`/v1/clients?externalId=${id}`), [], 'who does not count is not there')
}

export async function whySomebodyIsMissing(t: Test, { host, url, vendor, connectionId }: Story): Promise<void> {
  const explain = async (id: string) =>
    (await host.call('GET', `${url}/explain?connectionId=${connectionId}&id=${id}`)).body
  const failing = ({ rules }: any) => rules.filter(({ passed }: any) => !passed).map(({ message }: any) => message)
  t.match(failing(await explain(vendor.known.prospect)), [/Type is "Prospect", not "Customer"/])
  t.match(failing(await explain(vendor.known.inactive)), [/Status is "?Inactive/])
  t.match(await explain(vendor.known.customer), { found: true, client: { status: 'active' } })
  t.match(await explain('4711'), { found: false, client: null })
}

export async function newRecord(t: Test, story: Story): Promise<void> {
  const { people } = story.vendor
  const id = people.addCustomer('Brand New Ltd')
  people.addContact(id, { email: 'first@brand-new.example', phone: '+1 212 555 0142', extension: '7' })
  const client = await untilClient(story, id, ({ emails }) => emails.length > 0)
  t.match(client, {
    name: 'Brand New Ltd',
    status: 'active',
    emails: [{ value: 'first@brand-new.example', primary: true }]
  })
  t.ok(client.phones.some(({ value, extension }: any) => value === '+12125550142' && extension === '7'))
  t.equal(client.agreementCount, 0)
}

/** Each on a company of its own, so that none is seen by another's change alone. */
export async function eachSyncedDetail(t: Test, story: Story): Promise<void> {
  const { vendor, host } = story
  const { people } = vendor
  const edited = (detail: string) => {
    const id = people.addCustomer(`Edited ${detail}`)
    return { id, contact: people.addContact(id, { email: `old-${detail}@edited.example` }) }
  }
  const [name, address, phone, website, mail, number] = ['name', 'address', 'phone', 'website', 'mail', 'number'].map(
    edited
  )
  await untilClient(story, number!.id, () => true)
  await equalsTheVendor(t, host, vendor)
  people.rename(name!.id, 'Renamed Ltd')
  people.changeAddress(address!.id, { line1: '1 New Street', city: 'Newtown', postalCode: '12345' })
  people.changePhone(phone!.id, '+1 212 555 0143')
  people.changeWebsite(website!.id, 'new.example')
  people.changeContact(mail!.contact, { email: 'new@edited.example' })
  people.changeContact(number!.contact, { phone: '+1 212 555 0144' })
  await untilClient(story, name!.id, client => client.name === 'Renamed Ltd')
  await untilClient(story, address!.id, ({ address }) => address.line1 === '1 New Street' && address.city === 'Newtown')
  await untilClient(story, phone!.id, ({ phones }) => phones.some(({ value }: any) => value === '+12125550143'))
  await untilClient(story, website!.id, ({ websites }) => websites[0] === 'https://new.example')
  await untilClient(story, mail!.id, ({ emails }) => emails[0]?.value === 'new@edited.example')
  await untilClient(story, number!.id, ({ phones }) => phones.some(({ value }: any) => value === '+12125550144'))
  await equalsTheVendor(t, host, vendor)
}

export async function inactiveAndActive(t: Test, story: Story): Promise<void> {
  const { vendor } = story
  const { inactive } = vendor.known
  vendor.people.setActive(inactive, true)
  await untilClient(story, inactive, ({ status }) => status === 'active')
  vendor.people.setActive(inactive, false)
  const client = await untilClient(story, inactive, ({ status }) => status === 'inactive')
  t.match(client, { statusReason: /Status is "?Inactive/, statusSince: /^20/ })
}

export async function agreementsOfAll(t: Test, story: Story): Promise<void> {
  const { vendor, host } = story
  const { people } = vendor
  const id = people.addCustomer('First Agreement Ltd')
  await untilClient(story, id, ({ agreementCount }) => agreementCount === 0)
  const names = Object.keys(people.costEdits)
  const costs = names.map((_, index) => people.addAgreement(id, `Line ${index}`, 10 + index))
  const renamed = people.addAgreement(id, 'Old Name', 4.5)
  await untilClient(story, id, ({ agreementCount }) => agreementCount === costs.length + 1)
  await equalsTheVendor(t, host, vendor)

  const find = async (externalId: string) =>
    (await host.all('/v1/agreements')).find(one => one.externalId === externalId && one.status === 'active')
  const before = await Promise.all(costs.map(find))
  people.renameAgreement(renamed, 'New Name')
  for (const [at, edit] of Object.values(people.costEdits).entries()) edit(costs[at]!)
  for (const [at, externalId] of costs.entries()) {
    const { overallCost } = vendor.oracle.agreements().find(one => one.externalId === externalId)!
    t.not(overallCost, before[at].overallCost, names[at]!)
    await host.until('/v1/agreements?limit=500', ({ items }) =>
      items.some((one: any) => one.externalId === externalId && one.overallCost === overallCost)
    )
  }
  await host.until('/v1/agreements?limit=500', ({ items }) => items.some((one: any) => one.contractName === 'New Name'))
  const sold = (await host.all('/v1/agreements')).map(({ vendorName }) => vendorName)
  t.ok(sold.includes('MSP Managed Services') && new Set(sold).size > 1, 'with the vendor’s name where there is one')
  await equalsTheVendor(t, host, vendor)
}
