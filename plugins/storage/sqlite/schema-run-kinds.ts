/** Runs of all installations of a tenant, and those of a kind: what makes one stands in the run's body (run-lists.ts). */

const withChanges = `(body ->> '$.counts.created') + (body ->> '$.counts.updated') + (body ->> '$.counts.inactivated')
    + (body ->> '$.counts.gone') > 0`
const withProblems = `((body ->> '$.counts.setAside') > 0 OR coalesce(body ->> '$.counts.held', 0) > 0
    OR (body ->> '$.status') IN ('failed', 'awaiting-approval'))`

export const runKinds: readonly string[] = [
  'CREATE INDEX runs_by_tenant ON runs (tenant, id)',
  `CREATE INDEX runs_with_changes ON runs (tenant, id) WHERE ${withChanges}`,
  `CREATE INDEX runs_with_changes_of ON runs (installation_id, id) WHERE ${withChanges}`,
  `CREATE INDEX runs_with_problems ON runs (tenant, id) WHERE ${withProblems}`,
  `CREATE INDEX runs_with_problems_of ON runs (installation_id, id) WHERE ${withProblems}`
]
