import { hostname, networkInterfaces } from 'node:os'
import fc from 'fast-check'
import t from 'tap'
import { TargetRefused } from '../../../plugins/connector/failures.ts'
import { parseOutboundAllow } from '../../../plugins/outbound/allow.ts'
import { addressAllowed, checkUrl } from '../../../plugins/outbound/guard.ts'
import { hosts, literals, urls } from './ssrf-payloads.ts'

const vendorHosts = ['*.myconnectwise.net', 'api.vendor.example']
const nothing = parseOutboundAllow('')

function refused(url: string, allow = nothing): boolean {
  try {
    checkUrl(url, vendorHosts, allow)
    return false
  } catch (error) {
    if (error instanceof TargetRefused) return true
    throw error
  }
}

t.test('check 10: every host of the SSRF list is refused over http and https, with port and path', async t => {
  for (const host of [...hosts, ...literals, hostname()]) {
    for (const url of [
      `http://${host}/`,
      `https://${host}/`,
      `https://${host}:8443/`,
      `https://${host}/v4_6_release?x=1`,
      `//${host}/`
    ]) {
      t.ok(refused(url), url)
    }
  }
})

t.test('check 10: every whole URL of the SSRF list is refused', async t => {
  for (const url of urls) t.ok(refused(url), url)
})

t.test('the words are the same for every cause', async t => {
  const words = new Set<string>()
  for (const url of [
    'http://127.0.0.1/',
    'https://evil.example/',
    'file:///etc/passwd',
    'nonsense',
    'http://na.myconnectwise.net/'
  ]) {
    try {
      checkUrl(url, vendorHosts, nothing)
    } catch (error) {
      words.add((error as Error).message)
    }
  }
  t.equal(words.size, 1)
})

t.test('a vendor host is called over https on its own port only', async t => {
  for (const url of [
    'https://na.myconnectwise.net/x',
    'https://API-NA.MyConnectWise.net',
    'https://a.b.myconnectwise.net:443/',
    'https://api.vendor.example/?q=a b'
  ]) {
    t.notOk(refused(url), url)
  }
  for (const url of [
    'http://na.myconnectwise.net/',
    'https://na.myconnectwise.net:8443/',
    'https://na.myconnectwise.net./',
    'https://myconnectwise.net/',
    'https://evilmyconnectwise.net/',
    'https://.myconnectwise.net/',
    'https://x.api.vendor.example/',
    'https://u@na.myconnectwise.net/',
    'https://na.myconnectwise.net\\@evil.example/',
    'https:na.myconnectwise.net/'
  ]) {
    t.ok(refused(url), url)
  }
})

t.test('a listed origin is exact in scheme, host and port', async t => {
  const allow = parseOutboundAllow('http://127.0.0.1:4001,https://psa.example.org:8443')
  for (const url of ['http://127.0.0.1:4001/a', 'https://psa.example.org:8443/']) t.notOk(refused(url, allow), url)
  for (const url of [
    'https://127.0.0.1:4001/',
    'http://127.0.0.1:4002/',
    'http://127.0.0.1/',
    'http://localhost:4001/',
    'http://psa.example.org:8443/',
    'https://psa.example.org/'
  ]) {
    t.ok(refused(url, allow), url)
  }
})

t.test('an address in a listed range is called over https, a name is not for that reason', async t => {
  const allow = parseOutboundAllow('10.20.0.0/16,fd12::/32')
  for (const url of [
    'https://10.20.1.2/',
    'https://10.20.1.2:8443/',
    'https://[fd12::5]/',
    'https://[::ffff:10.20.1.2]/'
  ]) {
    t.notOk(refused(url, allow), url)
  }
  for (const url of ['http://10.20.1.2/', 'https://10.21.0.1/', 'https://[fd13::5]/', 'https://psa.internal/'])
    t.ok(refused(url, allow), url)
})

t.test('check 11: no address of the list, of this machine or without form counts as public', async t => {
  const own = Object.values(networkInterfaces())
    .flat()
    .map(one => one!.address)
  for (const address of [
    ...literals.map(one => one.replace(/^\[|\]$/g, '')),
    ...own,
    '',
    'localhost',
    '1.2.3.4/8',
    '::8.8.8.8',
    '::808:808',
    '::7f00:1'
  ]) {
    t.notOk(addressAllowed(address, 'https://na.myconnectwise.net', nothing), address)
  }
  for (const address of ['8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8']) {
    t.ok(addressAllowed(address, 'https://na.myconnectwise.net', nothing), address)
  }
})

t.test('a listed name may be private but never a metadata service', async t => {
  const allow = parseOutboundAllow('https://psa.example.org')
  for (const address of ['10.0.0.1', '172.20.0.1', '192.168.1.1', '100.64.0.1', '127.0.0.1', '::1', 'fd00::1'])
    t.ok(addressAllowed(address, 'https://psa.example.org', allow), address)
  for (const address of [
    ...['169.254.169.254', '169.254.170.2', '168.63.129.16', '100.100.100.200', '192.0.0.192', 'fe80::1'],
    ...['fd00:ec2::254', 'fd20:ce::254', 'fd00:c1::a9fe:a9fe', 'fd12::a9fe:a9fe', '::ffff:169.254.169.254'],
    // By a gateway that translates to IPv4, or a tunnel.
    ...['64:ff9b::a9fe:a9fe', '64:ff9b:1::a9fe:a9fe', '2002:a9fe:a9fe::1', '2001:0:a9fe:a9fe::1', '::ffff:0:a9fe:a9fe'],
    ...['64:ff9b::7f00:1', '::a9fe:a9fe', '::169.254.169.254', 'fec0::1', 'ff02::1', '100::1', '0.0.0.0', '240.0.0.1']
  ]) {
    t.notOk(addressAllowed(address, 'https://psa.example.org', allow), address)
  }
  t.notOk(addressAllowed('10.0.0.1', 'https://na.myconnectwise.net', allow))
})

t.test('whatever is put before or behind a vendor host, only names below it pass', async () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, behind) => {
      const url = `https://${before}na.myconnectwise.net${behind}`
      if (refused(url)) return
      const parsed = new URL(url)
      return (
        parsed.protocol === 'https:' &&
        parsed.hostname.endsWith('.myconnectwise.net') &&
        parsed.port === '' &&
        parsed.username === ''
      )
    }),
    { numRuns: 2_000 }
  )
})

t.test('of IPv6 only what is given out for the internet is public', async t => {
  for (const address of [
    ...['1::1', '4000::1', '5f00::1', '8000::1', 'e000::1', '0:1::1', '200::1', 'fe00::1'],
    ...['2001:db8::1', '2001::1', '2001:20::1', '2002:808:808::1', '3fff::1', '2620:4f:8000::1']
  ]) {
    t.notOk(addressAllowed(address, 'https://na.myconnectwise.net', nothing), address)
  }
  for (const address of ['2600::1', '2a00:1450::1', '2001:4860:4860::8888', '3ffe::1'])
    t.ok(addressAllowed(address, 'https://na.myconnectwise.net', nothing), address)
})

t.test('a range of mapped IPv4 allows its addresses, however they are spelled', async t => {
  const allow = parseOutboundAllow('::ffff:10.20.0.0/112')
  for (const host of ['10.20.1.2', '[::ffff:10.20.1.2]', '[::ffff:a14:102]'])
    t.notOk(refused(`https://${host}/`, allow), host)
  t.ok(refused('https://10.21.0.1/', allow))
  t.ok(addressAllowed('10.20.1.2', 'https://10.20.1.2', allow))
})

t.test('a metadata service in a listed range was not meant; listed by itself it was', async t => {
  const wide = parseOutboundAllow('100.64.0.0/10,fd00::/8,169.254.0.0/16')
  const meant = parseOutboundAllow('169.254.169.254/32')
  for (const address of ['100.100.100.200', 'fd00:ec2::254', '169.254.169.254']) {
    const host = address.includes(':') ? `[${address}]` : address
    t.ok(refused(`https://${host}/`, wide), address)
    t.notOk(addressAllowed(address, `https://${host}`, wide), address)
  }
  t.notOk(refused('https://100.64.0.1/', wide))
  t.notOk(refused('https://169.254.169.254/', meant))
  t.ok(addressAllowed('169.254.169.254', 'https://169.254.169.254', meant))
})
