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
    const contributions = (clients: typeof found.clients) =>
      inOrderOfIds(new Map([...clients].map(([id, { contribution }]) => [id, contribution])))
    const looked = new Map(ids.map(id => [id, whole.clients.get(id)!]))
    claims.same(contributions(found.clients), contributions(looked), 'records read by id are the same as in a pass')
    // A look-up shows children too that take no part.
    const unmarked = ids.filter(id => {
      const marks = found.clients.get(id)?.stamps ?? {}
      return Object.entries(whole.clients.get(id)!.stamps).some(([key, mark]) => marks[key] !== mark)
    })
    claims.same(unmarked, [], 'with all of the marks that they have in a pass')
    const name = whole.clients.get(ids[0]!)!.contribution.client.name
    const named = await syncType.search(calls.call(), name)
    const many = await syncType.search(calls.call(), name.slice(0, 1))
    claims.ok(named.length <= 10 && many.length <= 10, `a search brings ten at most: ${named.length}, ${many.length}`)
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
