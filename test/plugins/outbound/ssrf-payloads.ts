/** The SSRF list of RELIABILITY, entries 1 to 128 as far as they are URL input; entries that are addresses apart. */
export const literals = [
  ...['127.0.0.1', '127.255.255.254', '0.0.0.0', '[::1]', '[0:0:0:0:0:0:0:1]', '[::]', '[::ffff:127.0.0.1]'],
  ...['[::ffff:7f00:1]', '[::127.0.0.1]', '[::ffff:0:127.0.0.1]', '[64:ff9b::7f00:1]', '[64:ff9b:1::7f00:1]'],
  ...['[2002:7f00:1::]', '[2001:0:7f00:1::]', '[fe80::1]', '[fec0::1]', '[fc00::1]', '[ff02::1]', '[100::1]'],
  ...['[5f00::1]', '169.254.169.254', '[::ffff:169.254.169.254]', '[::ffff:a9fe:a9fe]'],
  ...['[64:ff9b::169.254.169.254]', '[2002:a9fe:a9fe::]', '[fd00:ec2::254]', '169.254.170.2', '169.254.169.253'],
  ...['100.100.100.200', '192.0.0.192', '168.63.129.16', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
  ...['100.64.0.1', '192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '192.88.99.1', '192.31.196.1'],
  ...['192.52.193.1', '192.175.48.1', '224.0.0.1', '240.0.0.1', '255.255.255.255', '[2001:db8::1]', '[2001:20::1]'],
  ...['[3fff::1]', '[fd20:ce::254]', '[fd00:c1::a9fe:a9fe]', '[64:ff9b::a9fe:a9fe]', '[64:ff9b:1::a9fe:a9fe]'],
  ...['[::ffff:0:a9fe:a9fe]', '[2001:0:a9fe:a9fe::]', '[4000::1]', '[1::1]', '[fd12:3456::a9fe:a9fe]']
]

/** Names, other spellings of addresses and parser tricks, as they stand between `http://` and `/`. */
export const hosts = [
  ...['127.1', '127.0.1', '2130706433', '017700000001', '0177.0.0.1', '00000177.0.0.1', '0x7f.0.0.1', '0x7f000001'],
  ...['0x7f.1', '0x7f.0x0.0x0.0x1:8080', '127.000.000.001', '127.0.0.1.', '0', 'localhost', 'localhost.', 'LOCALHOST'],
  ...['sub.localhost', 'lo\u00adcalhost', '\u24dbocalhost', '\u2460\u2461\u2466.\u24ea.\u24ea.\u2460'],
  ...['127\u30020\u30020\u30021', '%31%32%37.0.0.1', 'ip6-localhost', '[fe80::1%25eth0]', '2852039166', '0xA9FEA9FE'],
  ...['0251.0376.0251.0376', '169.254.43518', '425.510.425.510', 'metadata.google.internal', 'instance-data', '10.1'],
  ...['4294967297', '256.256.256.256', 'user:pass@127.0.0.1', 'api-na.myconnectwise.net@127.0.0.1'],
  ...['api-na.myconnectwise.net:443@169.254.169.254', '127.0.0.1#@api-na.myconnectwise.net'],
  ...['api-na.myconnectwise.net\\@127.0.0.1', '127.0.0.1\\@api-na.myconnectwise.net', ' 127.0.0.1', '127.0.0.1:8\t0'],
  ...['%00.example.com', 'api-na.myconnectwise.net%2f@127.0.0.1', '1.1.1.1 &@2.2.2.2# @3.3.3.3'],
  ...['api-na.myconnectwise.net.evil.example', 'evil.example/?x=api-na.myconnectwise.net', '127.0.0.1:22'],
  ...['127.0.0.1:0', '127.0.0.1:6379', 'api-na.myconnectwise.net:22', 'api-na.myconnectwise.net:0']
]

export const urls = [
  ...['http:127.0.0.1/', 'http:///127.0.0.1/', ' https://na.myconnectwise.net/', '\thttps://na.myconnectwise.net/'],
  ...[
    '//127.0.0.1/',
    'file:///etc/passwd',
    'gopher://127.0.0.1:6379/_x',
    'ftp://127.0.0.1/',
    'dict://127.0.0.1:11211/'
  ],
  ...['ldap://127.0.0.1/', 'data:application/json,[]', 'blob:https://na.myconnectwise.net/1', 'jar:http://127.0.0.1!/'],
  ...[
    'http://unix:/var/run/docker.sock:/info',
    'https:na.myconnectwise.net',
    'https:\\\\na.myconnectwise.net\\',
    '',
    '/'
  ]
]
