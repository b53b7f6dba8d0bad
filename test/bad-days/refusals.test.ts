import t from 'tap'
import { credentialsFor } from '../connectors/connectwise/credentials.ts'
import { kinds } from '../vendors/every.ts'
import type { Caller } from './caller.ts'
import { installOver, openWholeHost } from './whole-host.ts'

const scanned = /company\/companies\?.*pageSize=1000/
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

/** Asks for a compare; the poll before it meets the refusal, and the receipt that was promised says so. */
async function refused(host: Caller, id: string) {
  const { runId } = (await host.call('POST', `/v1/installations/${id}/compare`)).body
  const receipt = await host.until(`/v1/runs/${runId}`, ({ status }) => status !== 'running')
  await host.settled(id)
  return receipt
}

t.test('fault 9: a 401 in mid-run needs attention without hammering, and new credentials bring it back', async t => {
  const host = await openWholeHost(t)
  const { connectionId, ids } = await host.install('active-customers', 'active-agreements')
  const [customers, agreements] = ids as [string, string]
  const before = await host.all('/v1/clients')

  const spell = host.vendor.fail({ kind: 'status', status: 401, path: scanned })
  host.vendor.resetLog()
  const failed = await refused(host, customers)
  t.match(failed, { status: 'failed', error: { code: 'HOST_ERR_CREDENTIALS_REJECTED' } })
  const attention = (await host.call('GET', `/v1/installations/${customers}`)).body
  t.match(attention, { status: 'needs-attention', statusReason: /API keys/ })
  t.ok(
    Date.parse(attention.nextRunAt) - Date.now() > 3 * 60_000,
    'one look some minutes later, as vendors have bad minutes'
  )
  t.equal(host.vendor.requests.filter(({ status }) => status === 401).length, 1, 'a refusal is not repeated')

  host.vendor.resetLog()
  await pause(2500)
  t.equal(host.vendor.requests.length, 0, 'nothing is sent while a person is awaited')
  const other = (await host.call('GET', `/v1/installations/${agreements}`)).body
  t.equal(other.status, 'needs-attention', 'the credentials are those of both')
  t.same((await host.all('/v1/clients')).map(({ id }) => id).toSorted(), before.map(({ id }) => id).toSorted())

  spell.clear()
  const { password } = credentialsFor(host.vendor.url)
  const wrong = await host.call('PATCH', `/v1/connections/${connectionId}`, {
    credentials: { password: 'FakeWrong0000001' }
  })
  t.equal(wrong.status, 422, 'what the vendor refuses does not replace the old')
  t.equal((await host.call('GET', `/v1/installations/${customers}`)).body.status, 'needs-attention')
  const right = await host.call('PATCH', `/v1/connections/${connectionId}`, { credentials: { password } })
  t.equal(right.status, 200, right.text)
  const back = await host.until(
    `/v1/installations/${customers}`,
    ({ status, lastRun }) => status === 'running' && lastRun.status === 'succeeded'
  )
  t.match(back, { statusReason: null })
})

for (const kind of kinds)
  for (const [right, { stops, words }] of Object.entries(kind.rights)) {
    t.test(
      `fault 9, ${kind.title}: without the right to ${right} its name is told, and once granted a start goes on`,
      async t => {
        const host = await openWholeHost(t, { vendor: await kind.start(t) })
        const { id } = await host.install(stops)
        const before = (await host.all('/v1/clients')).length
        host.vendor.revoke(right)
        const failed = await host.run(id, 'compare')
        t.match(failed, { status: 'failed', error: { code: 'HOST_ERR_PERMISSION_MISSING' } })
        const { status, statusReason, nextRunAt } = (await host.call('GET', `/v1/installations/${id}`)).body
        t.equal(status, 'needs-attention')
        t.match(statusReason, words)
        t.match(statusReason, /Security (Roles|Levels)/)
        t.ok(Date.parse(nextRunAt) - Date.now() > 5 * 60_000, 'it is tried again only now and then')
        t.equal((await host.all('/v1/clients')).length, before)

        host.vendor.grant(right)
        t.equal((await host.call('POST', `/v1/installations/${id}/start`)).body.status, 'running')
        const back = await host.until(`/v1/installations/${id}`, ({ lastRun }) => lastRun.id !== failed.id)
        t.match(back, { status: 'running', statusReason: null, lastRun: { status: 'succeeded' } })
      }
    )
  }

for (const kind of kinds)
  t.test(`fault 9, ${kind.title}: a vendor that refuses one tenant does not disturb another one`, async t => {
    const host = await openWholeHost(t, { vendor: await kind.start(t) })
    const { customers } = kind
    const { id } = await host.install(customers)
    const other = await installOver(host, host.vendor, [customers], 'other')
    const url = `/v1/installations/${other.id}`
    await host.until(url, ({ currentRun, lastRun }) => lastRun && !currentRun, 'other')
    host.vendor.fail({
      kind: 'status',
      status: 401,
      endpoint: kind.endpoints.companies,
      operation: 'list',
      pageSizeFrom: kind.fullPage,
      times: 1
    })
    t.match(await refused(host, id), { status: 'failed', error: { code: 'HOST_ERR_CREDENTIALS_REJECTED' } })
    t.match((await host.call('GET', `/v1/installations/${id}`)).body, { status: 'needs-attention' })
    t.match((await host.call('GET', url, undefined, 'other')).body, { status: 'running', statusReason: null })
    const { body } = await host.call('POST', `${url}/compare`, undefined, 'other')
    t.match(await host.until(`/v1/runs/${body.runId}`, ({ status }) => status !== 'running', 'other'), {
      status: 'succeeded'
    })
  })
