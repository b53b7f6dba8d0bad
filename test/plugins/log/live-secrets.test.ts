import fc from 'fast-check'
import t from 'tap'
import { createLiveSecrets } from '../../../plugins/log/live-secrets.ts'

t.test('every form in which a secret travels is taken out', async t => {
  const secrets = createLiveSecrets()
  const password = 'fäke "p+ss/wörd" !&\\'
  secrets.add(['fake-user', password])
  for (const text of [
    password,
    `a${password}b${password}`,
    encodeURIComponent(password),
    encodeURIComponent(password).toLowerCase(),
    new URLSearchParams({ p: password }).toString(),
    JSON.stringify({ password }),
    JSON.stringify(JSON.stringify({ password })),
    Buffer.from(password).toString('base64'),
    Buffer.from(`fake-user:${password}`).toString('base64'),
    Buffer.from(`company+fake-user:${password}`).toString('base64'),
    Buffer.from(password).toString('base64url')
  ]) {
    const scrubbed = secrets.scrub(text)
    t.match(scrubbed, '[secret]', text)
    t.notMatch(scrubbed, /wörd|w%C3%B6rd|w\\u00f6rd/i)
  }
  t.equal(secrets.scrub('fake-user said hello'), '[secret] said hello')
})

t.test('Basic authorization is taken out whatever stands before the secret', async () => {
  const secrets = createLiveSecrets()
  const secret = 'fake-s3cret-value-0123456789'
  secrets.add([secret])
  const base64 = Buffer.from(secret).toString('base64')
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, behind) => {
      const scrubbed = secrets.scrub(Buffer.from(`${before}:${secret}${behind}`).toString('base64'))
      return scrubbed.includes('[secret]') && !scrubbed.includes(base64.slice(8, 24))
    })
  )
})

t.test('short values and other text stay', async t => {
  const secrets = createLiveSecrets()
  secrets.add(['', 'abc', '12345'])
  const text = 'abc 12345 and nothing else'
  t.equal(secrets.scrub(text), text)
})

t.test('a secret that is part of another does not leave the rest of it', async t => {
  const secrets = createLiveSecrets()
  secrets.add(['fake-secret'])
  secrets.add(['fake-secret-and-more'])
  t.equal(secrets.scrub('x fake-secret-and-more y'), 'x [secret] y')
})

t.test('a secret is looked for as long as somebody holds it', async t => {
  const secrets = createLiveSecrets()
  const first = secrets.add(['fake-secret'])
  const second = secrets.add(['fake-secret'])
  first()
  first()
  t.equal(secrets.scrub('fake-secret'), '[secret]')
  second()
  t.equal(secrets.scrub('fake-secret'), 'fake-secret')
})
