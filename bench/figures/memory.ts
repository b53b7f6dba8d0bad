import type { FigureOptions, Measured } from '../figure.ts'
import { limitMiB, measureGrowth } from '../memory-growth.ts'

export default {
  name: 'memory',
  goal: `growth of peak RSS from 10,000 to 1,000,000 companies < ${limitMiB} MiB`,
  async run({ small, full, say }: FigureOptions): Promise<Measured> {
    if (small) return measureGrowth({ few: 500, many: 3_000 }, say)
    const measured = await measureGrowth({ few: 10_000, many: full ? 1_000_000 : 200_000 }, say)
    return full ? measured : { ...measured, note: `${measured.note} \`--full\` goes to 1,000,000.` }
  }
}
