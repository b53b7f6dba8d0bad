import type { FigureOptions, Measured } from '../figure.ts'
import { startHostProcess } from '../host-process.ts'
import { median, round } from '../statistics.ts'
import { makeWorkspace } from '../workspace.ts'

const limitMs = 500

export default {
  name: 'start',
  goal: `process start to listening < ${limitMs} ms`,
  async run({ small }: FigureOptions): Promise<Measured> {
    // Leaves what it compiled for the others, as any start does.
    await startOnce({})
    const firsts: number[] = []
    const freshes: number[] = []
    const agains: number[] = []
    for (let round = 0; round < (small ? 1 : 9); round++) {
      await using folder = await makeWorkspace()
      const env = { DATA_DIR: folder.path }
      freshes.push(await startOnce(env))
      agains.push(await startOnce(env))
      firsts.push(await startOnce({ ...env, NODE_DISABLE_COMPILE_CACHE: '1' }))
    }
    const value = median(agains)
    const [first, fresh, slowest] = [median(firsts), median(freshes), Math.max(...agains)]
    return {
      value: round(value),
      shown: `${Math.round(value)} ms, first of a clone ${Math.round(first)} ms`,
      met: value < limitMs,
      ceiling: null,
      details: {
        medianMs: round(value),
        slowestMs: round(slowest),
        emptyFolderMs: round(fresh),
        nothingCompiledMs: round(first)
      },
      note: `Median of ${agains.length} starts of the process on an existing store, until it says that it listens; slowest ${Math.round(slowest)} ms. On an empty folder, where it makes its secrets and the file, ${Math.round(fresh)} ms. What an earlier start compiled is in node_modules/.cache; without it, as after npm ci or in a read-only image, ${Math.round(first)} ms.`
    }
  }
}

async function startOnce(env: Readonly<Record<string, string>>): Promise<number> {
  await using folder = await makeWorkspace()
  await using host = await startHostProcess({ DATA_DIR: folder.path, ...env })
  return host.startMs
}
