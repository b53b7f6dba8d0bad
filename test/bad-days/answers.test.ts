import t, { type Test } from 'tap'
import { bigAccount, type Fault } from '../doubles/connectwise/index.ts'
import { activeCustomersOf, startVendor } from './vendor.ts'
import { installOver, openWholeHost, type WholeHost } from './whole-host.ts'

// Most of the time goes into waiting between repeats.
t.jobs = 4

/** 1,133 active customers: two ranges of one page each. */
const account = bigAccount({ companies: 1500, contactsPerCompany: 1 })
/** What a sync reads; validate asks for fewer. */
const companyPages = /company\/companies\?.*pageSize=1000/

async function holdsWhatTheVendorHas(t: Test, host: WholeHost): Promise<void> {
  const clients = await host.all('/v1/clients?status=active')
  const stored = clients.map(({ name, sources }) => ({ id: sources[0].externalId as string, name: name as string }))
  t.same(
    stored.toSorted((a, b) => Number(a.id) - Number(b.id)),
    activeCustomersOf(host.vendor)
  )
}

function addsUp(t: Test, { counts }: any): void {
  t.equal(counts.read, counts.created + counts.updated + counts.unchanged + counts.leftOut + counts.setAside)
}

const spoilt: Record<string, { fault: Fault & { after?: number; times?: number }; code: string; read?: number }> = {
  'an HTML page with status 200 from the start': {
    fault: { kind: 'html' },
    code: 'HOST_ERR_SOURCE_UNREADABLE',
    read: 0
  },
  'an HTML page with status 200 in mid-scan': { fault: { kind: 'html', after: 1 }, code: 'HOST_ERR_SOURCE_UNREADABLE' },
  'truncated JSON in mid-scan': { fault: { kind: 'truncated', after: 1 }, code: 'HOST_ERR_SOURCE_UNREADABLE' },
  'an empty page with status 200 in mid-scan': {
    fault: { kind: 'emptyPage', after: 1 },
    code: 'HOST_ERR_SOURCE_INCOMPLETE'
  },
  'an empty page with status 200 from the start': {
    fault: { kind: 'emptyPage' },
    code: 'HOST_ERR_SOURCE_INCOMPLETE',
    read: 0
  },
  'a page that repeats': { fault: { kind: 'repeatPage' }, code: 'HOST_ERR_SOURCE_UNREADABLE', read: 0 },
  'a body that ends early between two records': {
    fault: { kind: 'noLengthEarlyClose', atRecordEdge: true, after: 1 },
    code: 'HOST_ERR_SOURCE_INCOMPLETE'
  },
  'a body longer than promised in mid-scan': {
    fault: { kind: 'contentLengthTooShort', after: 1 },
    code: 'HOST_ERR_SOURCE_UNREADABLE'
  },
  'a body shorter than promised in mid-scan': {
    fault: { kind: 'contentLengthTooLong', after: 1 },
    code: 'HOST_ERR_SOURCE_UNAVAILABLE'
  },
  'a connection reset in mid-scan': { fault: { kind: 'reset', after: 1 }, code: 'HOST_ERR_SOURCE_UNAVAILABLE' },
  'a redirect to elsewhere': {
    fault: { kind: 'redirect', location: 'http://127.0.0.1:1/', after: 1 },
    code: 'HOST_ERR_SOURCE_UNREADABLE',
    // It is not repeated, so nothing else has been written yet.
    read: 0
  }
}
for (const [name, { fault, code, read = 500 }] of Object.entries(spoilt)) {
  t.test(`faults 1 to 8, 12 and 13: ${name} fails the run, and the next one brings everything`, async t => {
    const host = await openWholeHost(t, { vendor: await startVendor(t, { account }) })
    const spell = host.vendor.fail({ ...fault, path: companyPages })
    const { id } = await host.install('active-customers')
    const { lastRun, status, statusReason } = (await host.call('GET', `/v1/installations/${id}`)).body
    t.match(lastRun, { status: 'failed', error: { code } })
    t.equal(status, 'running')
    t.match(statusReason, /failed and will be tried again/)
    t.ok(lastRun.counts.read >= read && lastRun.counts.read < activeCustomersOf(host.vendor).length)
    addsUp(t, lastRun)

    spell.clear()
    const healed = await host.run(id, 'compare')
    t.match(healed, { status: 'succeeded', mode: 'full', error: null })
    t.equal(healed.source.count, activeCustomersOf(host.vendor).length)
    addsUp(t, healed)
    await holdsWhatTheVendorHas(t, host)
  })
}

t.test('fault 18: a compare that meets empty lists takes nothing away', async t => {
  const host = await openWholeHost(t)
  const { id } = await host.install('active-customers')
  const spell = host.vendor.fail({ kind: 'emptyPage', path: companyPages })
  const compare = await host.run(id, 'compare')
  t.match(compare, { status: 'failed', error: { code: 'HOST_ERR_SOURCE_INCOMPLETE' } })
  await holdsWhatTheVendorHas(t, host)
  spell.clear()
  t.match(await host.run(id, 'compare'), { status: 'succeeded', counts: { gone: 0, inactivated: 0 } })
})

t.test('a page that fails once is not noticed', async t => {
  const host = await openWholeHost(t)
  for (const kind of ['html', 'truncated', 'reset'] as const) host.vendor.fail({ kind, path: companyPages, times: 1 })
  const { id } = await installOver(host, host.vendor)
  t.match((await host.settled(id)).lastRun, { status: 'succeeded', counts: { created: 3 } })
})
