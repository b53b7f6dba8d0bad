/** What a figure is: one file of `figures/` exports one. */
export interface FigureOptions {
  /** Seconds instead of minutes: proves that the figure runs; its numbers mean nothing. */
  readonly small: boolean
  /** The sizes of the goals that take many minutes. */
  readonly full: boolean
  /** A MongoDB server; figures over it are left out without one. */
  readonly url: string | undefined
  /** Progress for whoever watches. */
  readonly say: (line: string) => void
}

export interface Measured {
  /** What the goal is compared with. */
  readonly value: number
  /** `0.61`, `2 requests, 0 writes`: as the table shows it. */
  readonly shown: string
  readonly met: boolean
  /** The bare ceiling measured in the same run, in words; null where there is none to measure. */
  readonly ceiling: string | null
  /** All that was measured, for --json and whoever asks how. Rates are per second, times in ms unless the name says otherwise. */
  readonly details: Readonly<Record<string, number | string>>
  /** How it was measured where that is not plain from the goal. */
  readonly note: string
}

export interface FigureModule {
  readonly name: string
  /** With its limit: `full sync … ÷ bare loop ≥ 0.5`. */
  readonly goal: string
  /** Runs only if it is named: too slow for every bench. */
  readonly onRequest?: true
  /** Needs `url`. */
  readonly needsMongoDb?: true
  run(options: FigureOptions): Promise<Measured>
}

export interface Figure extends Measured {
  readonly name: string
  readonly goal: string
  readonly seconds: number
}
