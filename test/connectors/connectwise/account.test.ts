import t from 'tap'
import { describeAccount, readAccount } from '../../../connectors/connectwise/account.ts'
import { parseCodebase } from '../../../connectors/connectwise/api/codebase.ts'
import { believedApiHost, parseDomain } from '../../../connectors/connectwise/domain.ts'

t.test('every spelling of a cloud domain means the same instance', async t => {
  for (const domain of [
    'https://na.myconnectwise.net',
    'na.myconnectwise.net',
    'http://na.myconnectwise.net',
    'https://api-na.myconnectwise.net/',
    ' HTTPS://NA.MyConnectWise.Net:443/v4_6_release/ConnectWise.aspx?x=1 ',
    'na.myconnectwise.net.'
  ]) {
    t.same(
      parseDomain(domain),
      { scheme: 'https', webHost: 'na.myconnectwise.net', apiHost: 'api-na.myconnectwise.net' },
      domain
    )
  }
})

t.test('api- is put before the cloud regions alone', async t => {
  const hosts: [string, string][] = [
    ['eu.myconnectwise.net', 'api-eu.myconnectwise.net'],
    ['au.myconnectwise.net', 'api-au.myconnectwise.net'],
    ['aus.myconnectwise.net', 'api-aus.myconnectwise.net'],
    ['za.myconnectwise.net', 'api-za.myconnectwise.net'],
    ['staging.connectwisedev.com', 'api-staging.connectwisedev.com'],
    ['sandbox-na.myconnectwise.net', 'sandbox-na.myconnectwise.net'],
    ['api-sandbox-na.myconnectwise.net', 'api-sandbox-na.myconnectwise.net'],
    ['psa.example.org:8443', 'psa.example.org:8443'],
    ['http://127.0.0.1:4001', '127.0.0.1:4001'],
    ['localhost:4001', 'localhost:4001'],
    ['na.myconnectwise.net.example.org', 'na.myconnectwise.net.example.org']
  ]
  for (const [domain, apiHost] of hosts) t.equal(parseDomain(domain)?.apiHost, apiHost, domain)
  t.equal(parseDomain('http://127.0.0.1:4001')?.scheme, 'http')
  t.equal(parseDomain('127.0.0.1:4001')?.scheme, 'https')
})

t.test('what is no web address is not guessed at', async t => {
  for (const domain of [
    '',
    '  ',
    'ftp://na.myconnectwise.net',
    'a b',
    'user:pass@na.myconnectwise.net',
    'na\\evil',
    5,
    null
  ])
    t.equal(parseDomain(domain), undefined, String(domain))
})

t.test('company info may move the API inside the vendor’s zone, and nowhere else', async t => {
  const cloud = parseDomain('na.myconnectwise.net')!
  t.equal(believedApiHost(cloud, 'api-eu.myconnectwise.net'), 'api-eu.myconnectwise.net')
  t.equal(believedApiHost(cloud, 'api-na.myconnectwise.net'), 'api-na.myconnectwise.net')
  t.equal(believedApiHost(cloud, 'api-staging.connectwisedev.com'), undefined)
  t.equal(believedApiHost(cloud, 'evil.example.test'), undefined)
  const own = parseDomain('psa.example.org')!
  t.equal(believedApiHost(own, 'api-na.myconnectwise.net'), undefined)
  t.equal(believedApiHost(own, 'psa.example.org'), 'psa.example.org')
  t.equal(believedApiHost(own, undefined), undefined)
})

t.test('an account shows no key, and the username is cut at its first plus sign', async t => {
  const one = {
    username: 'Sample_C+FakeKey+1',
    password: 'FakeKey2',
    domain: 'https://NA.myconnectwise.net/',
    clientId: 'id'
  }
  t.equal(readAccount(one).usernameKey, 'FakeKey+1')
  t.same(describeAccount(one), { domain: 'https://na.myconnectwise.net', companyId: 'Sample_C', apiVersion: '' })
  t.same(
    describeAccount({ ...one, username: 'FakeKeyAlone' }).companyId,
    '',
    'without a plus sign all of it may be a key'
  )
})

t.test('codebases are read in every documented form', async t => {
  for (const text of ['v2020.3', 'v2020_3', '2020.3', 'v2020_3/', ' V2020_3 ']) t.equal(parseCodebase(text), 'v2020_3')
  t.equal(parseCodebase('v4_6_release/'), 'v4_6_release')
  for (const text of ['', 'latest', '../x', 'v2020_3/../x', null]) t.equal(parseCodebase(text), undefined)
})

t.test('a build number behind the release is left away', async t => {
  const builds = [
    'v2020.3.75125',
    'v2020_3.75125',
    '2020.3 75125',
    'v2020.3 (Build 75125)',
    'v2020.3 [75125]',
    'V2020.3(75125)'
  ]
  for (const text of builds) t.equal(parseCodebase(text), 'v2020_3', text)
  t.equal(parseCodebase('v2024.12.105382'), 'v2024_12')
  for (const text of ['v2020.345', 'v2020.3.1.2', 'v2020.3 beta', 'v2020.3/75125'])
    t.equal(parseCodebase(text), undefined, text)
})
