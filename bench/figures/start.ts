import type { FigureOptions, Measured } from '../figure.ts'
import { startHostProcess } from '../host-process.ts'
import { median, round } from '../statistics.ts'
import { makeWorkspace } from '../workspace.ts'

const limitMs = 500

export default {
  name: 'start',
  goal: `process start to listening < ${limitMs} ms`,
  async run({ small }: FigureOptions): Promise<Measured> {
    const fresh: number[] = []
    const again: number[] = []
    for (let round = 0; round < (small ? 1 : 9); round++) {
      await using folder = await makeWorkspace()
      for (const times of [fresh, again]) {
        await using host = await startHostProcess({ DATA_DIR: folder.path })
        times.push(host.startMs)
      }
    }
    const value = median(again)
    return {
      value: round(value),
      shown: `${Math.round(value)} ms`,
      met: value < limitMs,
      ceiling: null,
      details: { medianMs: round(value), slowestMs: round(Math.max(...again)), emptyFolderMs: round(median(fresh)) },
      note: `Median of ${again.length} starts of the process on an existing store, until it says that it listens; slowest ${Math.round(Math.max(...again))} ms. On an empty folder, where it makes its secrets and the file, ${Math.round(median(fresh))} ms.`
    }
  }
}
