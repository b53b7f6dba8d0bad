import fc from 'fast-check'
import t from 'tap'
import { placesToCut, planRanges, readRanges, writeRanges } from '../../../../plugins/connector/kit/composed/ranges.ts'

t.test('ranges follow each other without gap, from the beginning to no end, whatever the borders', async t => {
  fc.assert(
    fc.property(fc.array(fc.nat(2_000_000), { maxLength: 5 }), borders => {
      const ranges = planRanges(borders)
      const joined = ranges.every(({ after }, index) => after === (ranges[index - 1]?.through ?? 0))
      return joined && ranges.at(-1)!.through === null && ranges.every(({ after, through }) => (through ?? 9e9) > after)
    })
  )
  t.same(planRanges([]), [{ after: 0, through: null }])
})

t.test('positions survive being saved', async t => {
  const [, second, ...others] = planRanges([100, 20_000, 900_001])
  second!.after = 12_345
  for (const left of [[second!, ...others], []]) t.same(readRanges(writeRanges(left)), left)
})

t.test('a list is cut into four parts of equal length, or fewer if they would be shorter than a page', async t => {
  t.same(placesToCut(4000, 1000), [1000, 2000, 3000])
  t.same(placesToCut(90_001, 1000), [22_500, 45_000, 67_500])
  t.same(placesToCut(2001, 1000), [667, 1334])
  for (const count of [0, 1, 1000]) t.same(placesToCut(count, 1000), [], String(count))
})
