import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { day, phone } from '../../../../plugins/connector/values/index.ts'
import { mebibyte } from './typed.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const kept = () => {
  collect()
  return process.memoryUsage().heapUsed
}

t.test('what is remembered of former values keeps no long ones', async t => {
  const long = (index: number) => [...Array(mebibyte / 8).fill('12345678'), index].join('')
  const before = kept()
  for (let index = 0; index < 50; index++) {
    day(long(index))
    phone('020 7946 0958', long(index))
  }
  t.ok(kept() - before < 10 * mebibyte)
})
