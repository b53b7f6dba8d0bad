/** Answers that are no answers, of every vendor's lists. */
import t, { type Test } from 'tap'
import type { Fault, Meets } from '../doubles/kit/index.ts'
import { clientsExpected, clientsStored } from '../vendors/as-stored.ts'
import { kinds } from '../vendors/every.ts'
import type { TestVendor, VendorKind } from '../vendors/vendor.ts'
import { installOver, openWholeHost, type WholeHost } from './whole-host.ts'

// Most of the time goes into waiting between repeats.
t.jobs = 4

/** More than a thousand active customers: several pages. */
const account = { big: 1500 }
/** What a sync reads; validate asks for fewer. */
const companyPages = ({ endpoints, fullPage }: VendorKind): Meets => ({
  endpoint: endpoints.companies,
  operation: 'list',
  pageSizeFrom: fullPage
})

async function holdsWhatTheVendorHas(t: Test, host: WholeHost<TestVendor>): Promise<void> {
  t.same(await clientsStored(host), clientsExpected(host.vendor))
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
for (const kind of kinds) {
  for (const [name, { fault, code, read = 500 }] of Object.entries(spoilt)) {
    t.test(
      `faults 1 to 7, 12 and 13, ${kind.title}: ${name} fails the run, and the next one brings everything`,
      async t => {
        const host = await openWholeHost(t, { vendor: await kind.start(t, { account }) })
        const spell = host.vendor.fail({ ...fault, ...companyPages(kind) })
        const { id } = await host.install(kind.customers)
        const { lastRun, status, statusReason } = (await host.call('GET', `/v1/installations/${id}`)).body
        t.match(lastRun, { status: 'failed', error: { code } })
        t.equal(status, 'running')
        t.match(statusReason, /failed and will be tried again/)
        const expected = host.vendor.oracle.customers().length
        t.ok(lastRun.counts.read >= read && lastRun.counts.read < expected, `${lastRun.counts.read} of ${expected}`)
        addsUp(t, lastRun)

        spell.clear()
        const healed = await host.run(id, 'compare')
        t.match(healed, { status: 'succeeded', mode: 'full', error: null })
        t.equal(healed.source.count, expected)
        addsUp(t, healed)
        await holdsWhatTheVendorHas(t, host)
      }
    )
  }

  t.test(`fault 18, ${kind.title}: a compare that meets empty lists takes nothing away`, async t => {
    const host = await openWholeHost(t, { vendor: await kind.start(t) })
    const { id } = await host.install(kind.customers)
    const spell = host.vendor.fail({ kind: 'emptyPage', ...companyPages(kind) })
    const compare = await host.run(id, 'compare')
    t.match(compare, { status: 'failed', error: { code: 'HOST_ERR_SOURCE_INCOMPLETE' } })
    await holdsWhatTheVendorHas(t, host)
    spell.clear()
    t.match(await host.run(id, 'compare'), { status: 'succeeded', counts: { gone: 0, inactivated: 0 } })
  })

  t.test(`a page of ${kind.title} that fails once is not noticed`, async t => {
    const host = await openWholeHost(t, { vendor: await kind.start(t) })
    for (const fault of ['html', 'truncated', 'reset'] as const)
      host.vendor.fail({ kind: fault, ...companyPages(kind), times: 1 })
    const { id } = await installOver(host, host.vendor)
    const created = host.vendor.oracle.customers().length
    t.match((await host.settled(id)).lastRun, { status: 'succeeded', counts: { created } })
  })
}
