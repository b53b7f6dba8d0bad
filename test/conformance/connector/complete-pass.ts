import { Value } from 'typebox/value'
import type { PassPage, SyncType } from '../../../plugins/connector/contract.ts'
import type { Claims } from './claims.ts'
import { deepFreeze } from './deep-freeze.ts'
import { inOrderOfIds, openNotebook, readOn, readPass } from './notebook.ts'
import type { SyncTypePromise } from './promise.ts'
import { Contribution } from './schemas.ts'

export const completePass: SyncTypePromise = {
  id: 'complete-pass',
  promise:
    'a complete pass brings every record once, with pages that cover everything and as many as the vendor counts',
  async hold(claims, { syncType, open }) {
    const { calls } = await open('large')
    const first = await readPass(syncType, calls.call())
    const second = await readPass(syncType, calls.call())
    const pages = first.pages as PassPage<unknown>[]
    claims.ok(pages.length > 2, 'the double’s account takes several pages')
    claims.ok(first.clients.size > 0, 'it has records that take part')
    claims.equal(new Set(first.ids).size, first.ids.length, 'no id comes twice in a pass')
    claims.same(
      inOrderOfIds(first.clients),
      inOrderOfIds(second.clients),
      'two reads give the same ids and the same contributions'
    )
    claims.ok(Object.keys(first.lists.before).length > 0, 'the vendor counts a list at least')
    claims.same(first.lists.seen, first.lists.before, 'as many came of each list as the vendor counts')
    claims.same(first.lists.after, first.lists.before, 'and counts the same at the end')

    for (const { position, covers, records } of pages) {
      if (!Value.Check(syncType.position, position)) claims.fail('a position does not fit its schema')
      for (const record of records) {
        deepFreeze(record)
        const id = syncType.id(record)
        const { after, through } = covers
        const before = (a: string, b: string) => (syncType.idOrder === 'numeric' ? Number(a) < Number(b) : a < b)
        if (!((after === null || before(after, id)) && (through === null || !before(through, id))))
          claims.fail(`record ${id} is outside of what its page covers`)
      }
    }
    coversAll(
      claims,
      syncType,
      pages.map(({ covers }) => covers)
    )

    for (const record of pages.flatMap(({ records }) => records)) {
      if (syncType.rules.some(rule => rule.test(record) !== true)) continue
      const mapped = syncType.map(record)
      if (!Value.Check(Contribution, mapped)) claims.fail(`record ${syncType.id(record)} maps to what no client may be`)
      if (JSON.stringify(mapped) !== JSON.stringify(syncType.map(structuredClone(record))))
        claims.fail(`record ${syncType.id(record)} maps to two different results`)
      const owned = [...Object.keys(mapped.client), ...(mapped.agreements ? ['agreements'] : [])]
      if (owned.some(field => !(syncType.owns as readonly string[]).includes(field)))
        claims.fail(`record ${syncType.id(record)} gives a field that the sync type does not own`)
      if (syncType.facts(record).name === '') claims.fail(`the facts of ${syncType.id(record)} have no name`)
    }
  }
}

function coversAll(
  claims: Claims,
  { idOrder }: SyncType,
  spans: readonly { after: string | null; through: string | null }[]
): void {
  const compare = (a: string, b: string) => (idOrder === 'numeric' ? Number(a) - Number(b) : a < b ? -1 : 1)
  const inOrder = spans.toSorted((a, b) => (a.after === null ? -1 : b.after === null ? 1 : compare(a.after, b.after)))
  claims.equal(inOrder[0]?.after, null, 'the first span has no beginning')
  claims.equal(inOrder.at(-1)?.through, null, 'the last span has no end')
  const gaps = inOrder.slice(1).filter((span, index) => span.after === null || span.after !== inOrder[index]!.through)
  claims.same(gaps, [], 'spans follow each other without gap or overlap')
}

export const resumed: SyncTypePromise = {
  id: 'resumed',
  promise: 'a pass that goes on from any of its positions brings the same records',
  async hold(claims, { syncType, open }) {
    const { calls } = await open('large')
    const whole = await readPass(syncType, calls.call())
    const before = openNotebook(syncType)
    for (const page of whole.pages.slice(0, -1) as PassPage<unknown>[]) {
      before.take(page)
      // A saved position has been through JSON.
      const position = JSON.parse(JSON.stringify(page.position))
      const after = await readOn(syncType, calls.call(), position, whole.lists.before)
      const ids = [...before.ids, ...after.ids]
      claims.equal(ids.length, whole.ids.length, `as many records, resumed after page ${before.pages.length}`)
      claims.same(new Set(ids), new Set(whole.ids), `the same set, resumed after page ${before.pages.length}`)
    }
  }
}
