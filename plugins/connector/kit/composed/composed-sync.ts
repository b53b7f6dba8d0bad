import type { TObject } from 'typebox'
import { type CallContext, type CheckpointOf, type Fields, type PollContext, Type } from '../../contract.ts'
import type { Composition } from './composition.ts'
import { begin, count, pass, position } from './pass.ts'
import { memoFields, poll } from './poll.ts'
import { type PreviewPlan, preview } from './preview.ts'
import { rotationFields } from './rotation.ts'
import { lookup, search } from './search.ts'

type Position = CheckpointOf<typeof position>

/** What of a sync type is the same whoever composes its record; the vendor adds the rest by `...composedSync(…)`. */
export function composedSync<T, R, C extends Fields, S extends Fields>(
  composition: Composition<T, R, CallContext<C, S>>,
  plan: PreviewPlan<T, R>
) {
  type Context = CallContext<C, S>
  const memo: TObject = Type.Object({ ...memoFields, ...(composition.lookInRotation ? rotationFields : {}) })
  return {
    idOrder: 'numeric' as const,
    position,
    memo,
    id: composition.id,
    stamps: composition.stamps,
    unread: composition.unread,
    version: composition.version,
    begin: (context: Context) => begin(composition, context),
    pass: (context: Context, position: Position) => pass(composition, context, position),
    count: (context: Context, position: Position) => count(composition, context, position),
    poll: (context: PollContext<C, S>) => poll(composition, context),
    lookup: (context: Context, ids: readonly string[]) => lookup(composition, context, ids),
    search: (context: Context, name: string) => search(composition, context, name),
    preview: (context: Context) => preview(composition, context, plan)
  }
}
