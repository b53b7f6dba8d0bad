import fc from 'fast-check'
import t from 'tap'
import { planRanges, readRanges, writeRanges } from '../../../../connectors/connectwise/syncs/ranges.ts'

t.test('ranges follow each other without gap, from the beginning to no end', async t => {
  fc.assert(
    fc.property(fc.nat(500_000), fc.nat(2_000_000), (expected, largestId) => {
      const ranges = planRanges(expected, largestId)
      const joined = ranges.every((range, index) => index === 0 || range.after === ranges[index - 1]!.through)
      return ranges[0]!.after === 0 && ranges.at(-1)!.through === null && joined && ranges.length <= 64
    })
  )
  t.equal(planRanges(900, 0).length, 1)
  t.equal(planRanges(5000, 90_000).length, 2)
})

t.test('the last round of ranges has one for each request that may be under way', async t => {
  const lastRoundOf = (expected: number) => planRanges(expected, 10_000_000).length % 6 || 6
  for (let pages = 9; pages <= 400; pages++) t.ok(lastRoundOf(pages * 1000) >= 4, `${pages} pages`)
  t.equal(planRanges(100_000, 135_000).length, 16)
})

t.test('positions survive the checkpoint', async t => {
  const ranges = planRanges(20_000, 30_000)
  ranges[0]!.at = null
  ranges[1]!.at = 12_345
  t.same(readRanges(writeRanges(ranges)), ranges)
})
