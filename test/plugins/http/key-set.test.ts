import { generateKeyPairSync } from 'node:crypto'
import { exportJWK, jwtVerify, SignJWT } from 'jose'
import t from 'tap'
import { createKeySet, freshForMs, servedForMs } from '../../../plugins/http/key-set.ts'

/** An issuer whose keys, health and slowness the test decides, and a clock that only the test moves. */
async function openIssuer() {
  const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pairs = { one: pair(), two: pair() }
  const issuer = { published: ['one'] as ('one' | 'two')[], status: 200, fetched: 0, now: 0 }
  const keys = createKeySet({
    url: new URL('https://issuer.example/keys'),
    now: () => issuer.now,
    async fetch() {
      issuer.fetched++
      const published = await Promise.all(
        issuer.published.map(async kid => ({ ...(await exportJWK(pairs[kid].publicKey)), kid, alg: 'ES256' }))
      )
      return new Response(JSON.stringify({ keys: published }), { status: issuer.status })
    }
  })
  const verify = async (kid: 'one' | 'two' | 'unknown') => {
    const key = pairs[kid === 'unknown' ? 'one' : kid].privateKey
    const token = await new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid }).sign(key)
    return jwtVerify(token, keys).then(
      () => 'good',
      error => error.name as string
    )
  }
  return { issuer, verify }
}

const unreadable = 'KeySetUnreadable'

t.test('a set is read once, and not again before it has grown old', async t => {
  const { issuer, verify } = await openIssuer()
  t.same(await Promise.all([1, 2, 3, 4].map(() => verify('one'))), ['good', 'good', 'good', 'good'])
  issuer.now += freshForMs - 1
  t.equal(await verify('one'), 'good')
  t.equal(issuer.fetched, 1)
})

t.test(
  'while the issuer is away what was known is served within its bound, and the issuer is asked rarely',
  async t => {
    const { issuer, verify } = await openIssuer()
    t.equal(await verify('one'), 'good')
    issuer.status = 500
    issuer.now += freshForMs
    const before = issuer.fetched
    for (let second = 0; second < 600; second++) {
      t.equal(await verify('one'), 'good')
      issuer.now += 1000
    }
    t.ok(issuer.fetched - before <= 16, `${issuer.fetched - before} fetches in ten minutes`)
    issuer.now = servedForMs
    t.equal(await verify('one'), unreadable, 'beyond the bound nobody is let in')
    issuer.status = 200
    issuer.now += 60_000
    t.equal(await verify('one'), 'good', 'and all are, as soon as it is back')
  }
)

t.test('a set that was never read is asked for with growing pauses, whoever asks', async t => {
  const { issuer, verify } = await openIssuer()
  issuer.status = 503
  for (let second = 0; second < 120; second++) {
    t.equal(await verify('one'), unreadable)
    issuer.now += 1000
  }
  t.ok(issuer.fetched <= 8, `${issuer.fetched} fetches in two minutes`)
})

t.test('a new key is found at once, and a flood of unknown ones asks once a minute', async t => {
  const { issuer, verify } = await openIssuer()
  t.equal(await verify('one'), 'good')
  issuer.published = ['one', 'two']
  issuer.now += 60_000
  t.equal(await verify('two'), 'good')
  const before = issuer.fetched
  for (let flood = 0; flood < 50; flood++) t.equal(await verify('unknown'), 'JWKSNoMatchingKey')
  t.equal(issuer.fetched, before)
})

t.test('a key that was withdrawn lives no longer than the set stays fresh', async t => {
  const { issuer, verify } = await openIssuer()
  issuer.published = ['one', 'two']
  t.equal(await verify('two'), 'good')
  issuer.published = ['one']
  issuer.now += freshForMs
  await verify('one')
  await new Promise(resolve => setImmediate(resolve))
  await new Promise(resolve => setImmediate(resolve))
  t.equal(await verify('two'), 'JWKSNoMatchingKey')
})

t.test('an answer that is no key set turns nobody away who was known', async t => {
  const { issuer, verify } = await openIssuer()
  t.equal(await verify('one'), 'good')
  issuer.published = undefined as never
  issuer.now += freshForMs
  t.equal(await verify('one'), 'good')
})
