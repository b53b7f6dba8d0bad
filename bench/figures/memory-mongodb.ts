import type { FigureOptions, Measured } from '../figure.ts'
import { limitMiB, measureGrowth } from '../memory-growth.ts'

export default {
  name: 'memory-mongodb',
  goal: `growth of peak RSS from 10,000 to 1,000,000 companies into MongoDB < ${limitMiB} MiB`,
  needsMongoDb: true as const,
  onRequest: true as const,
  async run({ small, full, url, say }: FigureOptions): Promise<Measured> {
    const [few, many] = small ? [500, 2_000] : [10_000, full ? 1_000_000 : 50_000]
    return measureGrowth({ few: few!, many: many!, server: url }, say)
  }
}
