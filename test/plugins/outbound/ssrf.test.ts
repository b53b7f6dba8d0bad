/** The SSRF list at every way out: what a connector asks, follows and is answered with, what the host fetches, and behind a proxy. */
import diagnostics from 'node:diagnostics_channel'
import http from 'node:http'
import net, { type LookupFunction } from 'node:net'
import { hostname } from 'node:os'
import t, { type Test } from 'tap'
import { connectwise } from '../../../connectors/connectwise/index.ts'
import { parseOutboundAllow } from '../../../plugins/outbound/allow.ts'
import { createFetcher } from '../../../plugins/outbound/fetch.ts'
import { parseProxy } from '../../../plugins/outbound/proxy.ts'
import { openVendorCalls } from '../../conformance/connector/vendor-call.ts'
import { hosts, literals, urls } from './ssrf-payloads.ts'
import { listen, serve, workshop } from './workshop.ts'

const entries = [...hosts, ...literals, hostname()]
const targets = [
  ...entries.flatMap(host => [
    `http://${host}/`,
    `https://${host}/`,
    `https://${host}:8443/`,
    `https://${host}/v4_6_release?x=1`,
    `//${host}/`
  ]),
  ...urls
]
const vendorHosts = ['*.myconnectwise.net']
const words =
  'This address may not be called. Allowed are the vendor’s own host names over https, and what the operator lists in OUTBOUND_ALLOW.'

/** A name server in an attacker's hand. */
const leadingTo =
  (address: string): LookupFunction =>
  (_, __, done) =>
    (done as (error: null, found: object[]) => void)(null, [{ address, family: net.isIP(address) }])

/** Every connection that this process begins while `work` is under way, also one that is never made: a target that is tried tells by its time. */
async function connections(work: () => Promise<unknown>): Promise<string[]> {
  const made: string[] = []
  const note = (message: unknown) => {
    const { socket } = message as { socket: net.Socket }
    socket.on('connectionAttempt', (address, port) => made.push(`${address}:${port}`))
  }
  diagnostics.subscribe('net.client.socket', note)
  try {
    await work()
  } finally {
    diagnostics.unsubscribe('net.client.socket', note)
  }
  return made
}

/** The same words for every target. */
async function isRefused(t: Test, ask: () => Promise<unknown>, target: string): Promise<void> {
  const failure: any = await ask().then(
    () => undefined,
    error => error
  )
  t.equal(`${failure?.name}: ${failure?.message}`, `TargetRefused: ${words}`, JSON.stringify(target))
}

t.test('check 10: a connector’s request, or the next page that an answer names', async t => {
  t.ok(targets.length > 128 * 4, `${targets.length} targets`)
  const { client, stats } = workshop(t, '', { lookup: leadingTo('127.0.0.1') })
  const made = await connections(async () => {
    for (const url of targets) await isRefused(t, () => client({ vendorHosts }).request({ url }), url)
    for (const url of targets)
      await isRefused(t, () => client({ vendorHosts }).request({ url, method: 'POST', json: {} }), url)
  })
  t.same(made, [])
  t.equal(stats.requests, 0)
})

t.test('check 10: every address of the list behind a vendor’s name', async t => {
  const made = await connections(async () => {
    for (const literal of literals) {
      const address = literal.replace(/[[\]]/g, '')
      const { client } = workshop(t, '', { lookup: leadingTo(address) })
      const ask = () => client({ vendorHosts }).request({ url: 'https://na.myconnectwise.net/' })
      await isRefused(t, ask, address)
    }
  })
  t.same(made, [])
})

t.test('check 10: where an answer redirects to', async t => {
  let location = ''
  const origin = await serve(t, (_, reply) => reply.writeHead(302, { location }).end())
  const { client } = workshop(t, origin, { lookup: leadingTo('127.0.0.1') })
  const made = await connections(async () => {
    for (const target of targets) {
      // What no header can carry no vendor can send.
      location = encodeURI(target)
      await t.rejects(
        client().request({ url: origin }),
        { name: 'SourceUnreadable', message: /never followed/ },
        target
      )
    }
  })
  t.same(new Set(made), new Set([new URL(origin).host]))
})

t.test('check 10: what the host fetches beside vendors: the keys of an issuer, a webhook', async t => {
  const fetcher = createFetcher({ allow: parseOutboundAllow(''), lookup: leadingTo('169.254.169.254') })
  t.teardown(() => fetcher.close())
  const limits = { maxBytes: 1_000, deadlineMs: 60_000 }
  const keys = fetcher.for({ ...limits, origins: ['https://issuer.example.org'] })
  const hook = fetcher.for({ ...limits, anyPublicHost: true })
  const made = await connections(async () => {
    for (const url of targets) {
      await isRefused(t, () => keys(url), url)
      await isRefused(t, () => hook(url, { method: 'POST', body: '{}' }), url)
    }
    for (const literal of literals) {
      const other = createFetcher({ allow: parseOutboundAllow(''), lookup: leadingTo(literal.replace(/[[\]]/g, '')) })
      await isRefused(t, () => other.for({ ...limits, anyPublicHost: true })('https://hooks.example.org/'), literal)
      await other.close()
    }
  })
  t.same(made, [])
})

t.test('check 10: behind a proxy nothing of the list is asked of it', async t => {
  const asked: string[] = []
  const server = http.createServer().on('connect', (request, socket) => {
    asked.push(request.url!)
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  const { port } = await listen(t, server, () => server.closeAllConnections())
  const proxy = parseProxy(`http://127.0.0.1:${port}`)
  const { client } = workshop(t, '0.0.0.0/8,10.0.0.0/8,169.254.0.0/16,fc00::/7', { proxy })
  for (const url of targets) await isRefused(t, () => client({ vendorHosts }).request({ url }), url)
  t.same(asked, [])
})

t.test('check 10: what a tenant types as the domain of an account', async t => {
  const credentials = {
    username: 'acme+fakePublicKey1',
    password: 'fakePrivateKey1',
    clientId: '01234567-89ab-cdef-0123-456789abcdef'
  }
  const calls = await openVendorCalls(t, connectwise, { allow: '', credentials, lookup: leadingTo('127.0.0.1') })
  const made = await connections(async () => {
    for (const domain of [...entries, ...targets, 'na.myconnectwise.net']) {
      const signal = AbortSignal.timeout(5_000)
      const validation = await connectwise
        .validate(calls.call({ credentials: { ...credentials, domain }, signal }))
        .catch(error => ({ valid: false, refused: error.name }))
      t.equal(validation.valid, false, JSON.stringify(domain))
    }
  })
  t.same(made, [])
})
