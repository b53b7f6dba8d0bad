import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { promisesByLevel } from '../conformance/connector/levels.ts'
import { mutants } from './index.ts'
import type { Mutant } from './mutant.ts'
import { mutated, tryCopy, tryMutant } from './try-mutant.ts'

const root = join(import.meta.dirname, '../..')

/** Five of them, which take little; all are tried by `npm run prove -- mutants`. */
const some: readonly [Mutant['connector'], string][] = [
  ['acme-desk', 'refused keys are tried again and again'],
  ['autotask', 'of several rows of units all are added up'],
  ['autotask', 'a poll asks for what is newer, not for what is as new'],
  ['connectwise', 'a fax is taken for a phone'],
  ['connectwise', 'a position says that everything is still to be read']
]

t.test('each defect changes a place that stands once in its file, and names a promise that there is', async t => {
  const promises = promisesByLevel.flatMap(({ ofConnector, ofSyncType }) => [...ofConnector, ...ofSyncType])
  const ids = new Set(promises.map(({ id }) => id))
  t.ok(ids.size > 10, 'the promises are found')
  for (const mutant of mutants) {
    t.doesNotThrow(() => mutated(readFileSync(join(root, mutant.file), 'utf8'), mutant), mutant.defect)
    t.ok(ids.has(mutant.caughtBy), `${mutant.connector}: ${mutant.defect}: ${mutant.caughtBy}`)
  }
  const gone = { ...mutants[0]!, find: 'what stands nowhere' }
  t.throws(() => mutated('', gone), { message: /stands 0 times/ }, 'a place that has gone is said')
})

t.test('there are 30 defects at least of each connector of a vendor, each once', async t => {
  for (const connector of ['connectwise', 'autotask'] as const) {
    const own = mutants.filter(mutant => mutant.connector === connector).map(({ defect }) => defect)
    t.ok(own.length >= 30, `${connector}: ${own.length}`)
    t.equal(new Set(own).size, own.length, connector)
  }
})

for (const [connector, defect] of some) {
  t.test(`${connector}: the suite notices if ${defect}, and keeps still without`, async t => {
    const mutant = mutants.find(one => one.connector === connector && one.defect === defect)
    if (!mutant) return t.fail('there is such a defect')
    t.match(await tryMutant(mutant, mutant), { broken: { id: mutant.caughtBy, syncType: mutant.syncType } })
    t.same(await tryCopy(connector, mutant), { broken: null })
  })
}
