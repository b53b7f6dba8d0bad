/** What a connector promises, in three levels: each those before it too. Which promises, says docs/write-a-connector.md. */
export const levels = ['bronze', 'silver', 'gold'] as const
export type Level = (typeof levels)[number]

/** What it means for whoever installs the connector. */
export const levelWords: Readonly<Record<Level, string>> = {
  bronze: 'It reads what the vendor has, and all of it.',
  silver: 'It follows what people change at the vendor, and mixes up nothing.',
  gold: 'A vendor on a bad day makes it neither lose nor invent anything.'
}

export const isLevel = (value: unknown): value is Level => levels.some(level => level === value)

/** Whether a connector of this level promises what stands in another; without a level it promises everything. */
export function isPromisedAt(declared: Level | undefined, level: Level): boolean {
  return declared === undefined || levels.indexOf(level) <= levels.indexOf(declared)
}
