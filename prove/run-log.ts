import type { Run, Store } from '../plugins/storage/port.ts'

/**
 * Every run as stores are told of it. Polls that found nothing end in one receipt of their day, which says nothing of
 * when each of them was at work.
 */
export class RunLog {
  readonly #runs = new Map<string, Run>()

  /** The same store, whose runs are written down here. */
  readonly watch = (store: Store): Store => {
    const { insert, trySave, fold } = store.runs
    const keep = (run: Run) => this.#runs.set(run.id, run)
    return {
      ...store,
      runs: {
        ...store.runs,
        insert: async run => {
          await insert(run)
          // Whoever asks for a run puts its receipt on record, and changes nothing if the run was faster.
          if (!this.#runs.has(run.id)) keep(run)
        },
        trySave: async run => {
          const isSaved = await trySave(run)
          if (isSaved) keep(run)
          return isSaved
        },
        fold: async run => {
          const at = await fold(run)
          if (at !== null) keep(run)
          return at
        }
      }
    }
  }

  /** How many have come to an end of their own. */
  get ended(): number {
    return this.#ended().length
  }

  /** Runs of an installation under two leases that were at work at the same time, a line each. Under one, polls go between the pages of a pass. */
  overlaps(): string[] {
    const byInstallation = Map.groupBy(this.#ended(), ({ installationId }) => installationId)
    return [...byInstallation].flatMap(([id, runs]) => {
      const sorted = runs.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1))
      return sorted.flatMap((run, at) =>
        sorted
          .slice(at + 1)
          .filter(({ startedAt, token }) => startedAt < run.endedAt! && token !== run.token)
          .map(next => `runs ${run.id} and ${next.id} of ${id} overlap`)
      )
    })
  }

  /** What was cut by another host may be at work until it notices, beside the next run: it can write nothing any more. */
  #ended(): Run[] {
    return [...this.#runs.values()].filter(({ status, endedAt }) => endedAt !== null && status !== 'interrupted')
  }
}
