/** Page `number` (from 1) of a list that is known whole. Rows move between pages while others come and go. */
export function pageByNumber<T>(all: readonly T[], number: number, size: number): { rows: T[]; pages: number } {
  const start = (number - 1) * size
  return { rows: all.slice(start, start + size), pages: Math.max(1, Math.ceil(all.length / size)) }
}
