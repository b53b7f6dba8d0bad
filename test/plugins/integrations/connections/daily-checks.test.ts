import t from 'tap'
import type { SimpleIntervalJob } from 'toad-scheduler'
import { connectorPlugin } from '../../../../plugins/connector/plugin.ts'
import { checkDue } from '../../../../plugins/integrations/connections/daily-checks.ts'
import { openDesk } from '../installations/desk.ts'
import { tallybook } from '../installations/tallybook.ts'

const hour = 3_600_000

async function open(test: Parameters<typeof openDesk>[0], options: Parameters<typeof openDesk>[1] = {}) {
  const desk = await openDesk(test, options)
  const { connectionId, ids } = await desk.install('people')
  await desk.ran(ids[0]!)
  const last = async () => (await desk.call('GET', `/v1/connections/${connectionId}`)).body.lastValidation
  const installed = Date.parse((await last()).at)
  /** The host's clock so many hours after the install. */
  const after = (hours: number) => ({ now: () => new Date(installed + hours * hour), log: desk.host.log })
  return { ...desk, connectionId, id: ids[0]!, last, installed, after }
}

t.test('what works is asked again when a day has passed, and once a day', async t => {
  const { host, last, installed, after } = await open(t)
  t.equal(await checkDue(host, after(23)), 0)
  t.equal(Date.parse((await last()).at), installed)
  t.equal(await checkDue(host, after(25)), 1)
  t.match(await last(), { at: new Date(installed + 25 * hour).toISOString(), checks: [{ status: 'passed' }] })
  t.equal(await checkDue(host, after(26)), 0)
  t.equal(await checkDue(host, after(50)), 1)
})

t.test('a clock that was set back keeps no check waiting', async t => {
  const { host, last, installed, after } = await open(t)
  t.equal(await checkDue(host, after(10_000)), 1)
  t.equal(await checkDue(host, after(25)), 1)
  t.equal(Date.parse((await last()).at), installed + 25 * hour)
  t.equal(await checkDue(host, after(24.5)), 0, 'by half an hour')
})

t.test('what does not work any more is found out and kept', async t => {
  const { host, book, last, after, logged } = await open(t)
  book.tokens.clear()
  t.equal(await checkDue(host, after(25)), 1)
  t.match((await last()).checks, [{ name: 'token', status: 'failed', fix: /new token/ }])
  t.match(logged(), /a connection no longer passes its checks/)
})

t.test('where credentials were refused nothing is asked, whatever the time', async t => {
  const { host, book, connectionId, installed, last, after } = await open(t)
  const trouble = {
    ...{ code: 'HOST_ERR_CREDENTIALS_REJECTED', detail: 'Refused.', tries: 1, retryAt: null },
    since: new Date(installed).toISOString()
  }
  await host.store.connections.note('acme', connectionId, { trouble })
  const { requests } = book
  t.equal(await checkDue(host, after(1000)), 0)
  t.equal(book.requests, requests)
  t.equal(Date.parse((await last()).at), installed)
})

t.test('a vendor that locks accounts is not asked again by itself after a check has failed', async t => {
  const locking = connectorPlugin({ ...tallybook, locksAccounts: true })
  const { host, book, after } = await open(t, { connectors: [locking] })
  book.tokens.clear()
  t.equal(await checkDue(host, after(25)), 1)
  const { requests } = book
  t.equal(await checkDue(host, after(50)), 0)
  t.equal(book.requests, requests)
})

t.test('one bad minute of a vendor that locks accounts is over when a run has been let in since', async t => {
  const locking = connectorPlugin({ ...tallybook, locksAccounts: true })
  const { host, book, connectionId, installed, last, after } = await open(t, { connectors: [locking] })
  const tokens = [...book.tokens]
  book.tokens.clear()
  t.equal(await checkDue(host, after(25)), 1)
  for (const [token, account] of tokens) book.tokens.set(token, account)
  t.equal(await checkDue(host, after(50)), 0)
  const workedAt = new Date(installed + 49 * hour).toISOString()
  await host.store.connections.note('acme', connectionId, { workedAt })
  t.equal(await checkDue(host, after(50)), 1)
  t.match((await last()).checks, [{ name: 'token', status: 'passed' }])
})

t.test('an account that nothing runs over is left alone', async t => {
  const { host, call, id, after } = await open(t)
  await call('POST', `/v1/installations/${id}/stop`)
  t.equal(await checkDue(host, after(25)), 0)
  await call('POST', `/v1/installations/${id}/start`)
  t.equal(await checkDue(host, after(25)), 1)
})

t.test('a host does it by itself', async t => {
  const now = () => new Date(Date.now() + 25 * hour)
  const { host, last, installed } = await open(t, { now })
  const job = host.scheduler.getById('daily-checks') as SimpleIntervalJob
  await job.executeAsync()
  t.ok(Date.parse((await last()).at) > installed + 24 * hour)
})
