/** What may be wrong with one answer of the vendor, by what was asked. */
import type { FaultRule } from '../doubles/connectwise/index.ts'
import type { Random, Subject } from '../doubles/kit/index.ts'

type Rule = FaultRule

/** Rows that chance leaves out, as where a role sees some of them. */
const hidden = (random: Random): Rule => {
  const share = random.next()
  const drawn = Array.from({ length: 60 }, () => random.chance(share))
  let at = 0
  return { kind: 'editRows', edit: row => (drawn[at++ % drawn.length] ? undefined : row) }
}

const refusals = [401, 403, 404, 429, 500, 503] as const

/** Fields that are never empty. What may be left out where it is empty is believed. */
const needed: Readonly<Record<string, readonly string[]>> = {
  companies: ['types', 'status', 'name', '_info'],
  contacts: ['company', '_info'],
  agreements: ['company', '_info'],
  additions: ['product', '_info']
}

/** @returns what spoils this answer, as the double's rules have it */
export function oddAnswerTo({ endpoint, operation }: Subject, random: Random): Rule {
  const refused = (): Rule => ({ kind: 'status', status: random.pick(refusals) })
  if (operation === 'count') {
    if (random.chance(0.2)) return refused()
    return random.chance(0.3) ? { kind: 'count', is: 0 } : { kind: 'count', add: random.pick([-3, -1, 1, 2]) }
  }
  if (operation === 'bundle') {
    const one = { endpoint: 'additions', nth: 1 + random.below(6) }
    const all = { endpoint: 'additions' }
    return random.pick<() => Rule>([
      refused,
      () => ({ kind: 'emptyPage', ...one }),
      () => ({ kind: 'emptyPage', ...all }),
      () => ({ kind: 'cutList', share: random.next(), ...all }),
      () => ({ kind: 'status', status: random.pick([403, 404, 500]), ...one }),
      () => ({ kind: 'doubledRows', ...all })
    ])()
  }
  return random.pick<() => Rule>([
    refused,
    () => ({ kind: 'emptyPage' }),
    () => ({ kind: 'emptyPage' }),
    () => ({ kind: 'cutList', share: random.next() }),
    () => hidden(random),
    () => ({ kind: 'doubledRows', how: random.pick(['pairs', 'laps']) }),
    () => ({ kind: 'reorderedRows', how: random.pick(['reversed', 'shuffled']), seed: random.below(1000) }),
    () => ({
      kind: 'blankField',
      field: random.pick(needed[endpoint] ?? ['id']),
      as: random.pick(['absent', 'null'])
    }),
    () => ({ kind: 'truncated' }),
    () => ({ kind: 'html' })
  ])()
}
