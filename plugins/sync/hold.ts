/** What waits for a person: counted whenever it changes, and what the person has said, done. */
import type { Loss } from '../entities/loss.ts'
import { refused } from '../entities/waiting.ts'
import type { LossKind } from '../storage/port.ts'
import { happenedTo } from './deeds.ts'
import { commit, type Desk, viewOf } from './desk.ts'
import { countClients } from './gate.ts'
import { changeClients, eachRow, itemsThatWait, putRows, takeFromRows } from './rows.ts'
import { POLL } from './staging.ts'
import { Weight } from './weight.ts'

const carriedOut = { approve: 'approved', reject: 'rejected' } as const

/**
 * Takes what a person has decided off the desk, without asking the vendor anything; what it was not about goes on
 * waiting. @returns a sentence for the receipt, if it was not carried out
 */
export async function decide(desk: Desk, runId: string): Promise<string | null> {
  const { hold } = desk.installation
  const decision = hold?.decision
  if (!hold || !decision) return null
  const isAbout = ({ kind }: Loss) => decision.kinds?.includes(kind) ?? true
  // What they saw has changed since: they are asked again.
  const isVoid = decision.revision !== hold.revision
  if (!isVoid && decision.verdict === 'approve') await approve(desk, isAbout)
  if (!isVoid && decision.verdict === 'reject') await refuse(desk, runId, isAbout)
  desk.holdChanged = true
  await commit(desk, { takeDecision: decision.at })
  desk.installation = { ...desk.installation, hold: { ...hold, decision: null } }
  const { by, verdict, kinds, revision } = decision
  const action = isVoid ? 'installation.decision-void' : `installation.${carriedOut[verdict]}`
  await happenedTo(desk, action, { by, verdict, revision, ...(kinds && { kinds: kinds.join(' ') }) })
  if (!isVoid) return null
  const word = decision.verdict === 'approve' ? 'an approval' : 'a refusal'
  return `What waits has changed since ${word} by ${decision.by}, which was therefore not carried out.`
}

/** It is looked at once more with all that this poll would take away, and goes without the gate if it is still the same. */
async function approve(desk: Desk, isAbout: (loss: Loss) => boolean): Promise<void> {
  const at = desk.parts.now().toISOString()
  await eachRow({ desk }, { states: ['held'] }, async rows => {
    const due = rows.filter(({ items }) => items.some(isAbout))
    const agreed = (item: Loss): Loss => (isAbout(item) ? { ...item, approved: true } : item)
    await putRows(
      { desk },
      due.map(row => ({ ...row, items: row.items.map(agreed), state: 'staged', by: POLL, at }))
    )
  })
}

async function refuse(desk: Desk, runId: string, isAbout: (loss: Loss) => boolean): Promise<void> {
  const view = viewOf(desk, runId)
  await eachRow({ desk }, { states: ['held'] }, async rows => {
    const due = rows.filter(({ items }) => items.some(isAbout))
    await changeClients({ desk }, due, view, (client, { items }) => refused(client, items.filter(isAbout), view))
    await takeFromRows({ desk }, due, isAbout)
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
    if (before) {
      await commit(desk, { hold: null })
      await happenedTo(desk, 'installation.hold-over', {})
    }
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
    const counted = Object.fromEntries(Object.entries(kinds).map(([kind, one]) => [kind, one.held]))
    if (!before) await happenedTo(desk, 'installation.hold', { of: clients, ...counted })
  }
  desk.holdChanged = false
}
