/** What a run leaves that needs a person is told when it ends, and not by anything that looks for it later. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { PermissionMissing } from '../../../plugins/connector/contract.ts'
import type { Reports } from '../../../plugins/sync/reports.ts'
import { runInstallation } from '../../../plugins/sync/run.ts'
import type { Message } from '../../../plugins/webhooks/attention.ts'
import { createTelling, toldAgainMs } from '../../../plugins/webhooks/telling.ts'
import { type Break, breakingStore } from '../../model/breaking-store.ts'
import { openDesk } from '../integrations/installations/desk.ts'
import { token } from '../integrations/installations/tallybook.ts'
import { claimOf, free, openWorkbench } from '../sync/workbench.ts'

interface Told {
  readonly type: string
  readonly data: { readonly installationId: string; readonly code: string }
}

async function openPlatform(t: Test) {
  const told: Told[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    told.push(JSON.parse(body))
    response.writeHead(204).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  return { told, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

t.test('refused credentials are told of all installations of the connection, and so is their end', async t => {
  const { told, url } = await openPlatform(t)
  const { book, call, install, until } = await openDesk(t, { env: { WEBHOOK_ALLOW: url } })
  t.equal((await call('POST', '/v1/webhooks', { url })).status, 201)
  const { ids } = await install('people', 'plans')
  for (const id of ids) await until(`/v1/installations/${id}`, body => body.lastRun !== null && !body.currentRun)
  const ended = async (id: string) => {
    const { runId } = (await call('POST', `/v1/installations/${id}/sync`)).body
    return until(`/v1/runs/${runId}`, body => body.endedAt !== null)
  }
  const named = (type: string) =>
    told.filter(one => one.type === type).map(({ data }) => [data.installationId, data.code])
  const both = ids.map(id => [id, 'HOST_ERR_CREDENTIALS_REJECTED']).sort()
  book.tokens.delete(token)
  await ended(ids[0]!)
  await until('/v1/attention', ({ items }) => items.length === 2)
  while (named('attention.raised').length < 2) await sleep(10)
  await ended(ids[0]!)
  await ended(ids[1]!)
  book.tokens.set(token, 'a1')
  // Whoever starts it again wants it tried now.
  for (const id of ids) await call('POST', `/v1/installations/${id}/stop`)
  await until('/v1/attention', ({ items }) => items.length === 0)
  while (named('attention.cleared').length < 2) await sleep(10)
  await sleep(2500)
  t.same(named('attention.raised').sort(), both, 'each once')
  t.same(named('attention.cleared').sort(), both, 'what is stopped needs nobody')
  // The account answers once that has been told: what is due at once is sent at once, in whatever order.
  const { promise: answers, resolve: answer } = Promise.withResolvers<void>()
  book.gate = answers
  await call('POST', `/v1/installations/${ids[0]}/start`)
  while (named('attention.raised').length < 3) await sleep(10)
  answer()
  await until(`/v1/installations/${ids[0]}`, body => body.status === 'running' && !body.currentRun)
  await until('/v1/attention', ({ items }) => items.length === 0)
  while (named('attention.cleared').length < 3) await sleep(10)
  t.same(
    told.slice(-2).map(({ type, data }) => [type, data.installationId]),
    [
      ['attention.raised', ids[0]],
      ['attention.cleared', ids[0]]
    ],
    'started again it needed somebody until the account answered'
  )
})

/** Messages by their id, as deliveries keep them. @returns of `run`: whether its nth write has come */
async function heard(t: Test) {
  const bench = await openWorkbench(t)
  const messages = new Map<string, string>()
  const tell = async (_tenant: string, told: readonly Message[]) => {
    for (const { id, body } of told) if (!messages.has(id)) messages.set(id, JSON.parse(body).type)
  }
  const telling = createTelling(tell, bench.parts.now, error => t.fail(String(error)))
  const reports: Reports = { ...telling, happened: async () => {} }
  const id = await bench.install('names')
  bench.ledger.put(1)
  const run = async (nth = 0, how: Break = 'killed after') => {
    bench.ledger.clock += 60_000
    const { rev } = await bench.installation(id)
    await bench.store.installations.tryUpdate(bench.tenant, id, rev, { dueInMs: 0, fence: true })
    const broken = breakingStore(bench.store, nth, how, 0)
    const claim = await claimOf(bench.store, id)
    await runInstallation({ ...bench.parts, store: broken.store, reports }, claim, free).catch(() => {})
    return broken.broken !== null
  }
  const types = () => [...messages.values()]
  return { bench, run, types }
}

t.test('wherever a process ends, what needs a person is told once in the end, and so is its end', async t => {
  for (const how of ['killed before', 'killed after'] as const)
    for (let nth = 1, hasCut = true; hasCut; nth++) {
      const { bench, run, types } = await heard(t)
      await run()
      t.same(types(), [])
      bench.ledger.beforePage = () => {
        throw new PermissionMissing('A right is missing.')
      }
      hasCut = await run(nth, how)
      await run()
      t.same(types(), ['attention.raised'], `${how} ${nth}`)
      bench.ledger.beforePage = () => {}
      await run(nth, how)
      await run()
      t.same(types(), ['attention.raised', 'attention.cleared'], `${how} ${nth}`)
    }
})

t.test('what has needed a person for long is not told again when its message is forgotten', async t => {
  const { bench, run, types } = await heard(t)
  await run()
  bench.ledger.beforePage = () => {
    throw new PermissionMissing('A right is missing.')
  }
  await run()
  t.same(types(), ['attention.raised'])
  const asked: number[] = []
  const telling = createTelling(
    async (_tenant, messages) => void asked.push(messages.length),
    bench.parts.now,
    () => {}
  )
  const [installation] = (await bench.store.installations.list(bench.tenant, {}, { limit: 1, cursor: null })).items
  const standing = { installation: installation!, trouble: null }
  await telling.needs(standing)
  bench.ledger.clock += toldAgainMs
  await telling.needs(standing)
  t.same(asked, [1, 0])
})
