/** What waits for a person: counted whenever it changes, and what the person has said, done. */
import type { Loss } from '../entities/loss.ts'
import { refused } from '../entities/waiting.ts'
import type { Hold, LossKind } from '../storage/port.ts'
import { type Attempt, viewOf } from './attempt.ts'
import { commit, type Desk } from './desk.ts'
import { countClients } from './gate.ts'
import { changeClients, eachRow, itemsThatWait, putRows, takeFromRows } from './rows.ts'
import { POLL } from './staging.ts'
import { Weight } from './weight.ts'

type Decision = NonNullable<Hold['decision']>

/** Takes what a person has decided off the desk, without asking the vendor anything. What it was not about goes on waiting. */
export async function decide(attempt: Attempt): Promise<void> {
  const { desk } = attempt
  const { hold } = desk.installation
  const decision = hold?.decision
  if (!hold || !decision) return
  const isAbout = ({ kind }: Loss) => decision.kinds?.includes(kind) ?? true
  // What they saw has changed since: they are asked again.
  if (decision.revision !== hold.revision) note(attempt, decision)
  else if (decision.verdict === 'approve') await approve(attempt, isAbout)
  else await refuse(attempt, isAbout)
  desk.holdChanged = true
  await commit(desk, { takeDecision: decision.at })
  desk.installation = { ...desk.installation, hold: { ...hold, decision: null } }
}

function note(attempt: Attempt, { verdict, by }: Decision): void {
  const words = verdict === 'approve' ? 'an approval' : 'a refusal'
  const notes = [
    ...attempt.run.notes,
    `What waits has changed since ${words} by ${by}, which was therefore not carried out.`
  ]
  attempt.run = { ...attempt.run, notes }
}

/** It is looked at once more with all that this poll would take away, and goes without the gate if it is still the same. */
async function approve(attempt: Attempt, isAbout: (loss: Loss) => boolean): Promise<void> {
  const { at } = viewOf(attempt)
  await eachRow(attempt, { states: ['held'] }, async rows => {
    const due = rows.filter(({ items }) => items.some(isAbout))
    const agreed = (item: Loss): Loss => (isAbout(item) ? { ...item, approved: true } : item)
    await putRows(
      attempt,
      due.map(row => ({ ...row, items: row.items.map(agreed), state: 'staged', by: POLL, at }))
    )
  })
}

async function refuse(attempt: Attempt, isAbout: (loss: Loss) => boolean): Promise<void> {
  const view = viewOf(attempt)
  await eachRow(attempt, { states: ['held'] }, async rows => {
    const due = rows.filter(({ items }) => items.some(isAbout))
    await changeClients(attempt, due, (client, { items }) => refused(client, items.filter(isAbout), view))
    await takeFromRows(attempt, due, isAbout)
  })
}

/** Says what waits now, if that has changed. */
export async function recount(desk: Desk): Promise<void> {
  if (!desk.holdChanged) return
  const held = new Weight()
  let clients = 0
  await eachRow({ desk }, { states: ['held', 'taken'] }, async rows => {
    for (const row of rows) {
      const items = row.state === 'held' ? row.items : itemsThatWait(row)
      if (items.length > 0) clients++
      held.addRows([{ items }])
    }
  })
  const before = desk.installation.hold
  if (clients === 0) {
    if (before) await commit(desk, { hold: null })
  } else {
    const there = new Weight()
    await countClients(desk, there)
    const kinds = Object.fromEntries(
      (Object.keys(held.kinds) as LossKind[]).map(kind => [kind, { held: held.of(kind), of: there.of(kind) }])
    )
    const now = desk.parts.now()
    await commit(desk, {
      hold: {
        // By the clock: also a hold that comes after one that is over has a larger one.
        revision: Math.max(now.getTime(), (before?.revision ?? 0) + 1),
        since: before?.since ?? now.toISOString(),
        kinds,
        clients,
        decision: before?.decision ?? null
      }
    })
  }
  desk.holdChanged = false
}
