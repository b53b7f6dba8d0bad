import type { Validation } from '../connector/contract.ts'

/** A validation as it is answered, without what is kept of it. */
export function presentValidation({ valid, account, details, checks, problems, remarks = [] }: Validation) {
  return {
    valid,
    ...(account && { account }),
    ...details,
    checks: [...checks],
    problems: problems.map(({ choices, ...problem }) => ({ ...problem, ...(choices && { choices: [...choices] }) })),
    remarks: [...remarks]
  }
}
