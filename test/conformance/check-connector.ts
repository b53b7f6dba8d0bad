/** The suite as a list for whoever writes a connector: what holds, what does not, and what to do. */
import type { Connector } from '../../plugins/connector/contract.ts'
import { isPromisedAt, type Level, levels, levelWords } from '../../plugins/connector/levels.ts'
import { promisesOf, type StartDouble } from './connector/promises.ts'

const page = 'docs/write-a-connector.md'
/** Of one broken promise. */
const shown = 5
const lineLength = 240

/** @returns whether all is kept that the connector's level promises; without a level, all there is */
export async function checkConnector(
  connector: Connector,
  startDouble: StartDouble,
  say: (line: string) => void
): Promise<boolean> {
  const broken = new Map<Level, number>()
  let isKept = true
  for (const { id, promise, level, syncType, hold } of promisesOf(connector, startDouble)) {
    const wrong = await hold()
    const isPromised = isPromisedAt(connector.level, level)
    const verdict = wrong.length === 0 ? 'kept   ' : isPromised ? 'BROKEN ' : 'open   '
    say(`${verdict} ${level.padEnd(6)} ${syncType ?? connector.name}: ${promise} (${page}#${id})`)
    if (wrong.length === 0) continue
    broken.set(level, (broken.get(level) ?? 0) + 1)
    if (isPromised) isKept = false
    for (const words of wrong.slice(0, shown)) say(`          ${inOneLine(words)}`)
    if (wrong.length > shown) say(`          and ${wrong.length - shown} more`)
  }
  say('')
  say(
    verdictOn(
      connector,
      levels.filter(level => levels.every(one => !isPromisedAt(level, one) || !broken.has(one))).at(-1)
    )
  )
  return isKept
}

function verdictOn({ name, level }: Connector, reached: Level | undefined): string {
  const is =
    reached === undefined
      ? `${name} has reached no level yet.`
      : `${name} has reached ${reached}: ${levelWords[reached]}`
  return `${is} It claims ${level ?? 'none'}.`
}

function inOneLine(words: string): string {
  const line = words.replace(/\s+/g, ' ').trim()
  return line.length > lineLength ? `${line.slice(0, lineLength)} …` : line
}
