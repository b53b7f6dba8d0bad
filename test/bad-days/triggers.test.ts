import t from 'tap'
import { tinyIds } from '../doubles/connectwise/index.ts'
import { openWholeHost } from './whole-host.ts'

t.test('what people change at the vendor reaches the clients with the next sync', async t => {
  const host = await openWholeHost(t)
  const { vendor, all, run } = host
  const { id } = await host.install('active-customers')
  const sync = async () => t.match(await run(id), { mode: 'incremental', status: 'succeeded' })
  const client = async (externalId: number) => (await all(`/v1/clients?externalId=${externalId}`))[0]
  const first = tinyIds['active customer']

  await t.test('creating a company', async t => {
    const { id } = vendor.addCompany({ name: 'Brand New Ltd' })
    t.equal(await client(id), undefined)
    await sync()
    t.match(await client(id), { name: 'Brand New Ltd', status: 'active' })
  })

  const item = { id: 1, type: { id: 2, name: 'Direct' }, defaultFlag: true }
  const edits: Record<string, [edit: () => unknown, expected: object]> = {
    name: [() => vendor.updateCompany(first, { name: 'Renamed Ltd' }), { name: 'Renamed Ltd' }],
    address: [
      () => vendor.updateCompany(first, { addressLine1: '1 New Street', city: 'Newtown', zip: '12345' }),
      { address: { line1: '1 New Street', city: 'Newtown', postalCode: '12345' } }
    ],
    phone: [
      () => vendor.updateCompany(first, { phoneNumber: '555-0142' }),
      { phones: [{ value: '5550142', typed: '555-0142' }] }
    ],
    website: [
      () => vendor.updateCompany(first, { website: 'new.example.test' }),
      { websites: ['https://new.example.test'] }
    ],
    'e-mail address of a contact': [
      () =>
        vendor.updateContact(11, {
          communicationItems: [{ ...item, value: 'new@example.test', communicationType: 'Email' }]
        }),
      { emails: [{ value: 'new@example.test' }] }
    ]
  }
  for (const [detail, [edit, expected]] of Object.entries(edits)) {
    await t.test(`editing the ${detail}`, async t => {
      edit()
      await sync()
      t.match(await client(first), expected)
    })
  }

  await t.test('changing the status from Inactive to Active, and back', async t => {
    const other = tinyIds['inactive customer']
    t.equal(await client(other), undefined)
    vendor.setStatus(other, 1)
    await sync()
    t.match(await client(other), { status: 'active' })
    vendor.setStatus(other, 2)
    await sync()
    t.match(await client(other), { status: 'inactive', statusReason: /"Inactive", not "Active"/, statusSince: /^20/ })
  })

  await t.test('deleting a company', async t => {
    vendor.deleteCompany(tinyIds['customer without contacts'])
    await sync()
    t.match(await client(tinyIds['customer without contacts']), { status: 'gone', statusReason: /deleted/ })
  })
})

t.test('what the vendor dates nowhere is found by a compare: type, merge, purge', async t => {
  const host = await openWholeHost(t)
  const { vendor, all, run, call } = host
  // So many that what is taken away below is less than a fifth.
  const extra = Array.from({ length: 20 }, (_, number) => vendor.addCompany({ name: `Extra ${number}` }).id as number)
  const { id } = await host.install('active-customers')
  const client = async (externalId: number) => (await all(`/v1/clients?externalId=${externalId}`))[0]
  const [typed, merged, purged] = extra as [number, number, number]
  vendor.setTypes(typed, [2])
  vendor.merge(merged, 1)
  vendor.purgeCompany(purged)
  t.match(await run(id), { counts: { inactivated: 0, gone: 0 } })
  t.match(await run(id, 'compare'), { status: 'succeeded', counts: { inactivated: 1, gone: 2 } })
  t.match(await client(typed), { status: 'inactive', statusReason: /Type is "Prospect", not "Customer"/ })
  t.match(await client(merged), { status: 'gone', statusReason: /merged/ })
  t.match(await client(purged), { status: 'gone', name: 'Extra 2' })
  t.match((await call('GET', `/v1/installations/${id}`)).body.counts, { active: 20, inactive: 1, gone: 2 })

  vendor.setTypes(typed, [1])
  t.match(await run(id, 'compare'), { status: 'succeeded' })
  t.match(await client(typed), { status: 'active', statusReason: null })
})

t.test('new and edited agreements come with the next sync, a changed addition at latest with a compare', async t => {
  const host = await openWholeHost(t)
  const { vendor, all, run } = host
  const { id } = await host.install('active-agreements')
  const agreement = async (externalId: number) =>
    (await all('/v1/agreements')).find(one => one.externalId === String(externalId))

  const added = vendor.addAgreement({ companyId: 1, name: 'Second Line', billAmount: 10 }).id as number
  await run(id)
  t.match(await agreement(added), { contractName: 'Second Line', overallCost: '10.00', status: 'active' })

  vendor.updateAgreement(added, { name: 'Third Line', billAmount: 12.5 })
  await run(id)
  t.match(await agreement(added), { contractName: 'Third Line', overallCost: '12.50' })

  const { id: first } = vendor.addCompany({ name: 'First Agreement Ltd' })
  await run(id)
  t.equal((await all(`/v1/clients?externalId=${first}`)).length, 0)
  vendor.addAgreement({ companyId: first, name: 'First' })
  await run(id)
  t.match(await all(`/v1/clients?externalId=${first}`), [{ status: 'active', agreementCount: 1 }])

  vendor.updateAddition(1001, { extPrice: 7 })
  await run(id, 'compare')
  t.match(await agreement(101), { overallCost: '107.30' })

  vendor.removeAgreement(added)
  await run(id, 'compare')
  t.match(await agreement(added), { status: 'gone', overallCost: '12.50' })
})
