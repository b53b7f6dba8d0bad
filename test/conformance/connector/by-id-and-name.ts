import { inOrderOfIds, openNotebook, readPass } from './notebook.ts'
import type { SyncTypePromise } from './promise.ts'

export const byIdAndName: SyncTypePromise = {
  id: 'by-id-and-name',
  promise: 'records are found by id and by name as a pass has them, and the preview counts them',
  async hold(claims, { syncType, open }) {
    const { calls } = await open('large')
    const whole = await readPass(syncType, calls.call())
    const ids = [...whole.clients.keys()].slice(0, 600)
    const missing = '987654321'
    const found = openNotebook(syncType)
    for await (const page of syncType.lookup(calls.call(), [...ids, missing])) found.take(page)
    claims.same(found.gone, [missing], 'an id that the vendor does not have comes back as gone')
    claims.same(
      inOrderOfIds(found.clients),
      inOrderOfIds(new Map(ids.map(id => [id, whole.clients.get(id)!]))),
      'records read by id are the same as in a pass'
    )
    const name = whole.clients.get(ids[0]!)!.contribution.client.name
    const named = await syncType.search(calls.call(), name)
    claims.ok(named.length <= 10, 'a search brings ten at most')
    claims.ok(
      named.some(record => syncType.facts(record).name === name),
      'a record is found by its name'
    )
    const preview = await syncType.preview(calls.call())
    const { matched } = preview.counts
    const isRight = preview.partial ? matched <= whole.clients.size : matched === whole.clients.size
    claims.ok(isRight, `the preview counts what a pass brings: ${matched} of ${whole.clients.size}`)
  }
}
