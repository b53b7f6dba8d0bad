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
    'https://user:pass@psa.example.org',
    'https://psa.example.org/path',
    'https://psa.example.org?x=1',
    'https://psa.example.org#x',
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
    'fe80::1%eth0/64'
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
