/** What a promise says of what it finds. No test runner: whoever holds a connector to its promises chooses one. */
import { deepStrictEqual } from 'node:assert/strict'
import { inspect } from 'node:util'
import { firstDifference } from './first-difference.ts'

export interface Claims {
  ok(value: unknown, words: string): void
  notOk(value: unknown, words: string): void
  equal(found: unknown, wanted: unknown, words: string): void
  /** As `equal`, through all that is in them. */
  same(found: unknown, wanted: unknown, words: string): void
  /** @param found for whoever looks for the reason */
  fail(words: string, found?: unknown): void
  /** When the promise has been held, the last one first. */
  teardown(end: () => unknown): void
}

export interface Held extends Claims {
  /** Claims that are wrong, in the order they were made; one does not end the rest. */
  readonly wrong: readonly string[]
  end(): Promise<void>
}

/** Of one claim, in characters. */
const longest = 4000

export function openClaims(): Held {
  const wrong: string[] = []
  const ends: (() => unknown)[] = []
  const say = (words: string) => void wrong.push(words.length > longest ? `${words.slice(0, longest)} …` : words)
  const claims: Held = {
    wrong,
    ok(value, words) {
      if (!value) say(words)
    },
    notOk(value, words) {
      if (value) say(words)
    },
    equal(found, wanted, words) {
      if (!Object.is(found, wanted)) say(`${words}: ${inspect(found)}, not ${inspect(wanted)}`)
    },
    same(found, wanted, words) {
      try {
        deepStrictEqual(found, wanted)
      } catch (difference) {
        // What is cut off after some of it still says where they differ.
        say(`${words}: ${firstDifference(found, wanted)}\n${(difference as Error).message}`)
      }
    },
    fail: (words, found) => say(found === undefined ? words : `${words}: ${inspect(found, { depth: 6 })}`),
    teardown: end => void ends.unshift(end),
    async end() {
      for (const end of ends.splice(0)) await end()
    }
  }
  return claims
}
