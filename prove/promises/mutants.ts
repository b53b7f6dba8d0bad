import { mutants } from '../../test/mutants/index.ts'
import type { Mutant } from '../../test/mutants/mutant.ts'
import { tryCopy, tryMutant } from '../../test/mutants/try-mutant.ts'
import { chanceOf } from '../chance.ts'
import type { ProvedPromise } from '../promise.ts'

/** Each is a process of its own that is busy. */
const atOnce = 2
/** In the short form; of each the unchanged copy takes as long once more. */
const inShort = 8

export default {
  promise:
    'each known defect, put into a copy of a connector, breaks the promise of the suite that it is said to break, and an unchanged copy keeps it',

  async prove({ seed, long, say }) {
    const tried = long ? mutants : drawn(seed)
    const escaped = await failuresOf(tried, escapes, done => {
      if (done % 10 === 0) say(`${done} of ${tried.length} tried`)
    })
    const broken = await failuresOf(promisesUsed(tried), breaksUnchanged)
    const sample = long ? '' : `, drawn from ${mutants.length}`
    return {
      figure: `${tried.length - escaped.length} of ${tried.length} defects caught${sample}`,
      failures: [...escaped, ...broken]
    }
  }
} satisfies ProvedPromise

/** Another sample with each seed. */
function drawn(seed: number): readonly Mutant[] {
  const left = [...mutants]
  const chance = chanceOf(seed)
  return Array.from({ length: inShort }, () => left.splice(chance.below(left.length), 1)[0]!)
}

async function failuresOf(
  tried: readonly Mutant[],
  fails: (mutant: Mutant) => Promise<string | null>,
  told: (done: number) => void = () => {}
): Promise<string[]> {
  const failures: string[] = []
  const left = [...tried].reverse()
  const worker = async () => {
    for (let mutant = left.pop(); mutant; mutant = left.pop()) {
      const wrong = await fails(mutant)
      if (wrong !== null) failures.push(wrong)
      told(tried.length - left.length)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return failures
}

async function escapes(mutant: Mutant): Promise<string | null> {
  const { connector, defect, caughtBy } = mutant
  try {
    const { broken } = await tryMutant(mutant, mutant)
    return broken ? null : `${connector}: ${defect}: ${caughtBy} does not notice`
  } catch (error) {
    return `${connector}: ${defect}: ${(error as Error).message}`
  }
}

async function breaksUnchanged({ connector, caughtBy, syncType }: Mutant): Promise<string | null> {
  const { broken } = await tryCopy(connector, { caughtBy, syncType })
  return broken && `${connector}, unchanged, breaks ${broken.id} of ${broken.syncType}: ${broken.wrong[0]}`
}

/** Each once. */
function promisesUsed(tried: readonly Mutant[]): readonly Mutant[] {
  const used = new Map(tried.map(one => [`${one.connector} ${one.caughtBy} ${one.syncType}`, one]))
  return [...used.values()]
}
