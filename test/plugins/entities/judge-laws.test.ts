import fc from 'fast-check'
import t from 'tap'
import type { Answer } from '../../../plugins/entities/answer.ts'
import { sameLosses } from '../../../plugins/entities/loss.ts'
import type { ClientRecord } from '../../../plugins/entities/stored-client.ts'
import { after, agreement, contracts, customers, day, email, fails, rule, taken, takes } from './desk.ts'

/** A vendor's record as its children: what each gives, and whether the answer lists it. */
interface Child {
  readonly id: number
  readonly at: number
  readonly values: readonly number[]
}
const child = fc.record({
  id: fc.integer({ min: 1, max: 4 }),
  at: fc.integer({ min: 1, max: 3 }),
  values: fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { maxLength: 2 })
})
const children = fc.uniqueArray(child, { selector: ({ id }) => id, maxLength: 4 })
/** 0: the whole kind. */
const unreadIds = fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { maxLength: 1 })

function customerOf(contacts: readonly Child[], unread: readonly number[]): Answer {
  const read = contacts.filter(({ id }) => !unread.includes(id) && !unread.includes(0))
  const emails = [...new Set(read.flatMap(({ values }) => values))].sort().map(n => email(`e${n}@example.com`))
  const stamps = Object.fromEntries(contacts.map(({ id, at }) => [`contact:${id}`, day(at)]))
  const more = { unread: unread.map(id => ({ key: id === 0 ? 'contact' : `contact:${id}`, reason: 'refused' })) }
  return takes({ client: { name: 'X', emails } }, stamps, more)
}

function contractOf(all: readonly Child[], unread: readonly number[]): Answer {
  const listed = unread.includes(0) ? [] : all
  const stamps: Record<string, string> = {}
  for (const { id, at, values } of listed) {
    stamps[`agreement:${id}`] = day(at)
    for (const value of values) stamps[`addition:${id}/${value}`] = ''
  }
  const agreements = listed
    .toSorted((a, b) => a.id - b.id)
    .map(({ id, at, values }) => {
      const cost = values.reduce((sum, value) => sum + value, at)
      return agreement(String(id), { overallCost: `${cost}.00`, vendors: values.map(value => `V${value}`) })
    })
  const more = { unread: unread.map(id => ({ key: id === 0 ? 'agreement' : `addition:${id}`, reason: 'refused' })) }
  return takes({ client: { name: 'X' }, agreements }, stamps, more)
}

const answers = (of: typeof customerOf) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.tuple(children, unreadIds).map(([list, unread]) => of(list, unread)) },
    { weight: 1, arbitrary: fc.constant<Answer>({ kind: 'absent' }) },
    { weight: 1, arbitrary: fc.constant<Answer>({ kind: 'gone' }) },
    { weight: 1, arbitrary: fc.constant(fails(rule('status', 'client'), 'Lost', { company: day(1) })) }
  )
const stories = (of: typeof customerOf) => fc.array(answers(of), { minLength: 1, maxLength: 5 })

/** All that a person could miss, by the key under which it is lost. */
function holdings(record: ClientRecord): Map<string, string> {
  const all = new Map<string, string>()
  for (const part of record.parts) if (part.status === 'active') all.set('client', 'active')
  for (const { value } of record.profile.emails) all.set(`emails ${value}`, value)
  for (const one of record.agreements) {
    if (one.status === 'gone') continue
    all.set(`agreement:${one.externalId}`, 'live')
    all.set(`cost:${one.externalId}`, one.overallCost ?? '')
    for (const name of one.vendors) all.set(`vendor:${one.externalId} ${name}`, name)
  }
  return all
}

const less = (before: string, now: string | undefined, key: string) =>
  key.startsWith('cost:') ? now !== undefined && Number(now) < Number(before) : now === undefined

for (const [syncType, of] of [
  [customers, customerOf],
  [contracts, contractOf]
] as const) {
  t.test(`${syncType.name}: nothing becomes less by an answer unless it lists all that it was made of`, async () => {
    fc.assert(
      fc.property(stories(of), answers(of), (story, answer) => {
        const before = after(story, syncType)
        if (!before.record) return
        const { record } = after([answer], syncType, before.record)
        const was = holdings(before.record)
        const now = holdings(record)
        const listed = answer.kind === 'takes-part' ? Object.keys(answer.stamps) : []
        const part = before.record.parts[0]!
        if (part.status !== 'active') return
        for (const [key, value] of was) {
          if (!less(value, now.get(key), key)) continue
          // It fell at once: then the record took part, and every child that its field was made of is there.
          if (answer.kind !== 'takes-part') throw new Error(`${key} fell without a look at it`)
          const [what = '', id = ''] = key.split(/[: ]/)
          const kinds = { emails: 'contact:', cost: `addition:${id}/`, vendor: `addition:${id}/` }[what]
          const missing = Object.keys(part.stamps).filter(
            stamp => (kinds ? stamp.startsWith(kinds) : stamp === key) && !listed.includes(stamp)
          )
          const isUnread = answer.unread.some(({ key: unread }) => (kinds ?? key).startsWith(unread))
          if (missing.length > 0 || isUnread) throw new Error(`${key} fell, though ${missing} are not listed`)
        }
      }),
      { numRuns: 2000 }
    )
  })

  t.test(`${syncType.name}: the same answer again changes nothing and names the same losses`, async () => {
    fc.assert(
      fc.property(stories(of), story => {
        const once = after(story, syncType)
        if (!once.record) return
        const twice = after([story.at(-1)!], syncType, once.record)
        if (twice.next) throw new Error('it is written again')
        if (!sameLosses(once.losses, twice.losses)) throw new Error('it loses something else')
      }),
      { numRuns: 2000 }
    )
  })

  t.test(`${syncType.name}: once all losses are taken, the client is what the vendor says`, async () => {
    fc.assert(
      fc.property(stories(of), fc.tuple(children, fc.constant([])), (story, [list, none]) => {
        const answer = of(list, none)
        const before = after(story, syncType)
        const judged = after([answer], syncType, before.record)
        const record = judged.losses.length > 0 ? taken(judged, syncType) : judged.record
        const fresh = after([answer], syncType).record
        const rest = new Map(holdings(record))
        for (const [key, value] of holdings(fresh)) {
          if (rest.get(key) !== value) throw new Error(`${key} is ${rest.get(key)}, not ${value}`)
          rest.delete(key)
        }
        if (rest.size > 0) throw new Error(`left over: ${[...rest.keys()]}`)
        const again = after([answer], syncType, record)
        if (again.next || again.losses.length > 0) throw new Error('it is not settled')
      }),
      { numRuns: 2000 }
    )
  })
}
