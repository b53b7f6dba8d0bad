import { acmeDeskMutants } from './acme-desk.ts'
import { autotaskMutants } from './autotask.ts'
import { connectwiseMutants } from './connectwise.ts'
import { ofKit } from './kit.ts'
import { type Mutant, mutantsOf } from './mutant.ts'

export const mutants: readonly Mutant[] = [
  ...connectwiseMutants,
  ...mutantsOf('connectwise', ofKit),
  ...autotaskMutants,
  ...mutantsOf('autotask', ofKit),
  ...acmeDeskMutants
]

/** The rows of docs/mutants.md about one connector. */
export function rowsOf(connector: Mutant['connector']): string[] {
  return mutants
    .filter(mutant => mutant.connector === connector)
    .map(({ defect, file, caughtBy, syncType }) => {
      const place = file.replace(/^plugins\/connector\//, '').replace(/^(test\/)?connectors\/[^/]+\//, '')
      return `| ${defect} | \`${place}\` | [${caughtBy}](write-a-connector.md#${caughtBy})${syncType === null ? '' : `, ${syncType}`} |`
    })
}
