/** What a connector promises, in three levels: each those before it too. Which promises, says docs/write-a-connector.md. */
export const levels = ['bronze', 'silver', 'gold'] as const
export type Level = (typeof levels)[number]

/** What it means for whoever installs the connector. */
export const levelWords: Readonly<Record<Level, string>> = {
  bronze: 'It brings everything that the other product shows it.',
  silver: 'It also follows what people change there, and mixes up nothing.',
  gold: 'Even when the other product fails or answers wrongly, nothing is lost or made up.'
}

export const isLevel = (value: unknown): value is Level => levels.some(level => level === value)

/** Whether a connector of this level promises what stands in another; without a level it promises everything. */
export function isPromisedAt(declared: Level | undefined, level: Level): boolean {
  return declared === undefined || levels.indexOf(level) <= levels.indexOf(declared)
}
