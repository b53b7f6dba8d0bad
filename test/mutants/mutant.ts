/** A defect that is put into a copy of a connector, to see whether the suite notices. */
export interface Mutant {
  /** In words, as a person would find it. */
  readonly defect: string
  readonly connector: 'connectwise' | 'autotask' | 'acme-desk'
  /** From the root of the repository: of the connector, or of the kit that it stands on. */
  readonly file: string
  /** Stands there exactly once. */
  readonly find: string
  readonly put: string
  /** The promise that it breaks, of the sync type that shows it; null: of the connector as such. */
  readonly caughtBy: string
  readonly syncType: string | null
}

/** A row of a list: what a mutant is beside its connector and file. */
export type Row = readonly [defect: string, caughtBy: string, syncType: string | null, find: string, put: string]

export function mutantsOf(
  connector: Mutant['connector'],
  files: Readonly<Record<string, readonly Row[]>>
): readonly Mutant[] {
  return Object.entries(files).flatMap(([file, rows]) =>
    rows.map(([defect, caughtBy, syncType, find, put]) => ({ defect, connector, file, find, put, caughtBy, syncType }))
  )
}
