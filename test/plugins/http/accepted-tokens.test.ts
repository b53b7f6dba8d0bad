import { SignJWT } from 'jose'
import t from 'tap'
import { rememberAccepted } from '../../../plugins/http/accepted-tokens.ts'

const start = Date.parse('2026-01-01T00:00:00Z')
const seconds = start / 1000

/** The verifier with a clock to be moved; it tells how often a token was verified in earnest. */
function desk() {
  const state = { now: start, verified: 0 }
  const key = new TextEncoder().encode('obviously-fake-secret-for-tests-only')
  const verify = rememberAccepted(
    async token => {
      state.verified++
      const { jwtVerify } = await import('jose')
      return (await jwtVerify(token, key, { clockTolerance: 30, currentDate: new Date(state.now) })).payload
    },
    30,
    () => state.now
  )
  const sign = (claims: object) => new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(key)
  return { state, verify, sign }
}

t.test('a token is verified once, and again when its time is over', async t => {
  const { state, verify, sign } = desk()
  const token = await sign({ sub: 'someone', exp: seconds + 60 })
  for (const now of [start, start + 60_000, start + 89_999]) {
    state.now = now
    t.match(await verify(token), { sub: 'someone' })
  }
  t.equal(state.verified, 1)
  state.now = start + 90_000
  await t.rejects(verify(token), { code: 'ERR_JWT_EXPIRED' })
  await t.rejects(verify(token), { code: 'ERR_JWT_EXPIRED' })
})

t.test('a clock that is put back makes a token too early again', async t => {
  const { state, verify, sign } = desk()
  const token = await sign({ exp: seconds + 600, nbf: seconds })
  await verify(token)
  state.now = start - 31_000
  await t.rejects(verify(token), { code: 'ERR_JWT_CLAIM_VALIDATION_FAILED' })
})

t.test('nothing that is not the accepted token to the letter profits from it', async t => {
  const { state, verify, sign } = desk()
  const token = await sign({ sub: 'someone', exp: seconds + 60 })
  await verify(token)
  const [head, payload, signature] = token.split('.') as [string, string, string]
  const other = Buffer.from(JSON.stringify({ sub: 'admin', exp: seconds + 60 })).toString('base64url')
  const changed = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
  for (const forged of [`${head}.${other}.${signature}`, `${head}.${payload}.${changed}`, `${token}.`]) {
    await t.rejects(verify(forged), forged)
    await t.rejects(verify(forged), 'nor is a refusal kept as an acceptance')
  }
  t.match(await verify(token), { sub: 'someone' })
  t.equal(state.verified, 7)
})

t.test('as many tokens as anyone likes take no more room than a thousand', async t => {
  const { state, verify, sign } = desk()
  const tokens = await Promise.all(Array.from({ length: 1001 }, (_, index) => sign({ index, exp: seconds + 60 })))
  for (const token of tokens) await verify(token)
  await verify(tokens.at(-1)!)
  t.equal(state.verified, 1001, 'the last is known')
  await verify(tokens[0]!)
  t.equal(state.verified, 1002, 'the first made room')
})
