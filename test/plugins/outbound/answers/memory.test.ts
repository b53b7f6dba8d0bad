import fc from 'fast-check'
import t from 'tap'
import { AnswerMemory, type Place } from '../../../../plugins/outbound/answers/memory.ts'

const free = 262_144
const MiB = 1_048_576
const never = new AbortController().signal

/** Asks for `mebibytes` beyond what is free and says whether it had to wait. */
function grow(place: Place, mebibytes: number) {
  const asked = { waits: false }
  const waiting = place.grow(free + mebibytes * MiB)
  asked.waits = waiting !== undefined
  waiting?.then(
    () => {
      asked.waits = false
    },
    () => {}
  )
  return asked
}
const settled = () => new Promise(resolve => setImmediate(resolve))

t.test('who finds the memory full waits and goes on when another leaves', async t => {
  const memory = new AnswerMemory(10 * MiB)
  const [a, b, c] = ['a', 'b', 'c'].map(account => memory.enter(account, never)) as [Place, Place, Place]
  t.notOk(grow(a, 5).waits)
  t.notOk(grow(b, 5).waits)
  t.notOk(grow(c, 1).waits, 'one answer may go beyond')
  const d = memory.enter('d', never)
  const waiting = grow(d, 1)
  t.ok(waiting.waits)
  t.equal(memory.held, 11 * MiB)
  a.leave()
  await settled()
  t.notOk(waiting.waits)
  t.equal(memory.held, 7 * MiB)
  for (const place of [a, b, c, d]) place.leave()
  t.equal(memory.held, 0, 'leaving twice gives nothing twice')
})

t.test('short answers never wait', async t => {
  const memory = new AnswerMemory(MiB)
  const [a, b] = [memory.enter('a', never), memory.enter('b', never)]
  t.notOk(grow(a, 100).waits)
  t.equal(b.grow(free), undefined)
  t.ok(grow(b, 0.1).waits)
})

t.test('a long answer that waits is not passed by younger ones', async t => {
  const memory = new AnswerMemory(10 * MiB)
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(account => memory.enter(account, never)) as [Place, Place, Place, Place]
  grow(a, 5)
  grow(b, 12)
  const [long, short] = [grow(c, 5), grow(d, 1)]
  t.same([long.waits, short.waits], [true, true])
  b.leave()
  await settled()
  t.same([long.waits, short.waits], [false, false])
})

t.test('one account has half of it at most, and one of its answers more', async t => {
  const memory = new AnswerMemory(10 * MiB)
  const [a, b, c] = [1, 2, 3].map(() => memory.enter('a', never)) as [Place, Place, Place]
  t.notOk(grow(a, 4).waits)
  t.notOk(grow(b, 3).waits, 'one may go beyond')
  const third = grow(c, 1)
  t.ok(third.waits)
  const other = memory.enter('b', never)
  t.notOk(grow(other, 3).waits, 'the rest is for others')
  b.leave()
  await settled()
  t.notOk(third.waits)
})

t.test('who goes away while waiting is told why and holds up nobody', async t => {
  const memory = new AnswerMemory(10 * MiB)
  const [a, b] = [memory.enter('a', never), memory.enter('b', never)]
  grow(a, 5)
  grow(b, 9)
  const ending = new AbortController()
  const c = memory.enter('c', ending.signal)
  const d = memory.enter('d', never)
  const asked = c.grow(9 * MiB)!
  const behind = grow(d, 1)
  ending.abort(new Error('stopped'))
  await t.rejects(asked, { message: 'stopped' })
  await t.rejects(Promise.resolve(c.grow(9 * MiB)), { message: 'stopped' })
  c.leave()
  b.leave()
  await settled()
  t.notOk(behind.waits)
})

t.test('whatever is asked in whatever order, everybody comes to an end and nothing stays held', async () => {
  const steps = fc.array(
    fc.record({ account: fc.constantFrom('a', 'b', 'c'), sizes: fc.array(fc.nat(8), { maxLength: 5 }) }),
    { maxLength: 12 }
  )
  await fc.assert(
    fc.asyncProperty(steps, fc.infiniteStream(fc.nat(3)), async (answers, pauses) => {
      const memory = new AnswerMemory(10 * MiB)
      let most = 0
      await Promise.all(
        answers.map(async ({ account, sizes }) => {
          const place = memory.enter(account, never)
          let size = 0
          for (const more of sizes) {
            size += more * MiB
            await place.grow(free + size)
            most = Math.max(most, memory.held)
            for (let pause = pauses.next().value; pause > 0; pause--) await settled()
          }
          place.leave()
        })
      )
      // One answer beyond, of five times eight.
      return memory.held === 0 && most <= 50 * MiB
    })
  )
})
