import { mutants } from '../../test/mutants/index.ts'
import type { Mutant } from '../../test/mutants/mutant.ts'
import { tryCopy, tryMutant } from '../../test/mutants/try-mutant.ts'
import type { ProvedPromise } from '../promise.ts'

/** Each is a process of its own that is busy. */
const atOnce = 2

export default {
  promise:
    'each known defect, put into a copy of a connector, breaks the promise of the suite that it is said to break, and an unchanged copy keeps it',

  async prove({ say }) {
    const failures: string[] = []
    const left = [...mutants].reverse()
    const worker = async () => {
      for (let mutant = left.pop(); mutant; mutant = left.pop()) {
        const wrong = await escapes(mutant)
        if (wrong !== null) failures.push(wrong)
        if (left.length % 10 === 0) say(`${mutants.length - left.length} of ${mutants.length} tried`)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
    const escaped = failures.length
    for (const { connector, caughtBy, syncType } of promisesUsed()) {
      const { broken } = await tryCopy(connector, { caughtBy, syncType })
      if (broken)
        failures.push(`${connector}, unchanged, breaks ${broken.id} of ${broken.syncType}: ${broken.wrong[0]}`)
    }
    return { figure: `${mutants.length - escaped} of ${mutants.length} defects caught`, failures }
  }
} satisfies ProvedPromise

async function escapes(mutant: Mutant): Promise<string | null> {
  const { connector, defect, caughtBy } = mutant
  try {
    const { broken } = await tryMutant(mutant, mutant)
    return broken ? null : `${connector}: ${defect}: ${caughtBy} does not notice`
  } catch (error) {
    return `${connector}: ${defect}: ${(error as Error).message}`
  }
}

/** Each once. */
function promisesUsed(): readonly Mutant[] {
  const used = new Map(mutants.map(one => [`${one.connector} ${one.caughtBy} ${one.syncType}`, one]))
  return [...used.values()]
}
