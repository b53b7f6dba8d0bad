/** Field reports E, values as typed, and F, readers. Every row, with every vendor. */
import t from 'tap'
import { openWholeHost } from '../../bad-days/whole-host.ts'
import { kinds } from '../every.ts'
import { clientOf, openSynced } from './synced.ts'

t.jobs = 2

const typedMail = {
  'a@x.example; b@x.example': ['a@x.example', 'b@x.example'],
  'Name <c@x.example>': ['c@x.example'],
  'mailto:d@x.example': ['d@x.example'],
  'e@x.example (personal)': ['e@x.example'],
  'none@none': [],
  '@x': [],
  'f@@x': []
}
const noWebsites = ['N/A', 'none', '-', 'tbd', 'http://']

for (const kind of kinds) {
  t.test(`field reports E1 to E3, ${kind.title}: values as typed are cleaned, or left out`, async t => {
    const vendor = await kind.start(t)
    const { people } = vendor
    const byMail = Object.keys(typedMail).map(email => {
      const id = people.addCustomer(`Types ${email.length}`)
      people.addContact(id, { email })
      return id
    })
    const caller = people.addCustomer('Has One Number')
    people.changePhone(caller, '(555) 010-0199')
    people.addContact(caller, { phone: '555-010-0199' })
    people.addContact(caller, { phone: '5550100199 x12', extension: '12' })
    people.addContact(caller, { phone: 'see notes 2' })
    const sites = noWebsites.map(website => {
      const id = people.addCustomer(`Site ${website.length}`)
      people.changeWebsite(id, website)
      return id
    })
    const host = await openWholeHost(t, { vendor })
    const { ids } = await host.install(kind.customers)
    const synced = { host, vendor, connectionId: '', customers: ids[0]!, agreements: '' }
    for (const [at, [typed, expected]] of Object.entries(typedMail).entries()) {
      const { emails } = await clientOf(synced, byMail[at]!)
      t.strictSame(
        emails.map(({ value }: any) => value),
        expected,
        `E1: ${typed}`
      )
    }
    const { phones } = await clientOf(synced, caller)
    const national = (value: string) => value.replace(/\D/g, '').slice(-10)
    t.ok(phones.length <= 2 && phones.every(({ value }: any) => national(value) === '5550100199'), 'E2')
    t.equal(phones.filter(({ extension }: any) => extension === null).length, 1, 'E2: once without an extension')
    for (const [at, website] of noWebsites.entries())
      t.strictSame((await clientOf(synced, sites[at]!)).websites, [], `E3: ${website}`)
  })

  t.test(`field report F1, ${kind.title}: a walk by id meets a client that is renamed under it`, async t => {
    const { host, vendor, customers } = await openSynced(t, kind, { account: 60 })
    const all = new Set((await host.all('/v1/clients')).map(({ id }) => id))
    const met = new Set<string>()
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body }: any = await host.call('GET', `/v1/clients?order=id&limit=10${cursor && `&cursor=${cursor}`}`)
      for (const { id } of body.items) met.add(id)
      const [first, , last] = [body.items[0], null, body.items.at(-1)]
      vendor.people.rename(first.sources[0].externalId, `ZZ ${first.name}`)
      vendor.people.rename(last.sources[0].externalId, `AA ${last.name}`)
      t.match(await host.run(customers), { status: 'succeeded' })
      cursor = body.nextCursor
    }
    t.strictSame(met, all)
  })
}
