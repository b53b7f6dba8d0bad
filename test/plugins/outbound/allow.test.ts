import t from 'tap'
import { parseOutboundAllow } from '../../../plugins/outbound/allow.ts'

t.test('origins and ranges are read from one comma separated text', async t => {
  const allow = parseOutboundAllow(
    ' https://PSA.example.org:8443, http://127.0.0.1:4001/,https://psa.example.org:443, 10.20.0.0/16,fd12::/32, http://[::1]:80 '
  )
  t.strictSame(
    [...allow.origins],
    ['https://psa.example.org:8443', 'http://127.0.0.1:4001', 'https://psa.example.org', 'http://[::1]']
  )
  t.strictSame(
    allow.ranges.map(([network, bits]) => `${network.toString()}/${bits}`),
    ['10.20.0.0/16', 'fd12::/32']
  )
})

t.test('an empty text allows nothing', async t => {
  for (const text of ['', ' ', ',']) {
    t.strictSame(
      { origins: parseOutboundAllow(text).origins.size, ranges: parseOutboundAllow(text).ranges },
      { origins: 0, ranges: [] }
    )
  }
})

t.test('a bad entry is refused with the variable, the entry and what is allowed', async t => {
  const bad = [
    'psa.example.org',
    '*',
    'https://*.example.org',
    'https://psa.example.org/path',
    'https://psa.example.org:99999',
    'https://psa.example.org:0',
    'ftp://psa.example.org',
    'https://',
    'http://2130706433',
    'http://127.1:4001',
    'https://b\u00fccher.example',
    '10.0.0.1',
    '10.1/16',
    '10.0.0.0/33',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/4',
    'fe80::1%eth0/64',
    '::ffff:10.0.0.0/95',
    '::ffff:10.0.0.0/100',
    '::ffff:0:0/96'
  ]
  for (const entry of bad) {
    const thrown = t.throws(
      () => parseOutboundAllow(`10.0.0.0/8,${entry}`),
      { code: 'HOST_ERR_CONFIG' },
      entry
    ) as Error
    t.ok(thrown.message.startsWith(`OUTBOUND_ALLOW: "${entry}" `), thrown.message)
    t.match(thrown.message, 'Allowed are origins')
  }
})

t.test('what may be a password is in no refusal, nor a part of it that a comma cuts off', async t => {
  for (const text of [
    'https://user:hunter2@psa.example.org',
    'https://hunter2@psa.example.org/',
    'https://user:hunter2,hunter3@psa.example.org',
    'https://user:hunter2',
    'https://psa.example.org?key=hunter2',
    'https://psa.example.org#hunter2',
    'user:hunter2@10.0.0.0/8'
  ]) {
    const thrown = t.throws(() => parseOutboundAllow(`10.0.0.0/8,${text}`), { code: 'HOST_ERR_CONFIG' }, text) as Error
    t.notMatch(`${thrown.message}${thrown.stack}`, /hunter/)
    t.match(thrown.message, /^OUTBOUND_ALLOW: entry [23], which may hold a password, cannot be used: /)
  }
})

t.test('a range of mapped IPv4 is that range of IPv4', async t => {
  const { ranges } = parseOutboundAllow('::ffff:10.20.0.0/112,::ffff:a1e:1/128')
  t.strictSame(
    ranges.map(([network, bits]) => `${network.toString()}/${bits}`),
    ['10.20.0.0/16', '10.30.0.1/32']
  )
})
