import { type SyncType, Type } from '../../contract.ts'
import type { Composition } from './composition.ts'
import { begin, count, pass, position } from './pass.ts'
import { memoFields, poll } from './poll.ts'
import { type PreviewPlan, preview } from './preview.ts'
import { rotationFields } from './rotation.ts'
import { lookup, search } from './search.ts'

/** What of a sync type is the same whoever composes its record; the vendor adds the rest by `...composedSync(…)`. */
export function composedSync<T, R>(composition: Composition<T, R>, plan: PreviewPlan<T, R>) {
  return {
    idOrder: 'numeric',
    position,
    memo: Type.Object({ ...memoFields, ...(composition.lookInRotation ? rotationFields : {}) }),
    id: composition.id,
    stamps: composition.stamps,
    unread: composition.unread,
    version: composition.version,
    begin: context => begin(composition, context),
    pass: (context, position) => pass(composition, context, position),
    count: (context, position) => count(composition, context, position),
    poll: context => poll(composition, context),
    lookup: (context, ids) => lookup(composition, context, ids),
    search: (context, name) => search(composition, context, name),
    preview: context => preview(composition, context, plan)
  } satisfies Partial<SyncType<R>>
}
