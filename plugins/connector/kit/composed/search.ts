import type { CallContext, Page } from '../../contract.ts'
import { folded } from '../labels.ts'
import { compose, readParents } from './compose.ts'
import { type Composition, together } from './composition.ts'

const returned = 10
/** A person who asks for one record, and a few that are looked at again, need not keep to what is left of the hour. */
const few = 10

/** SyncType.lookup: any parent by its id, whatever its state. */
export async function* lookup<T, R>(
  composition: Composition<T, R>,
  context: CallContext,
  ids: readonly string[]
): AsyncGenerator<Page<R>> {
  const reading = await composition.open(context, ids.length <= few ? 'person' : 'look')
  for (let at = 0; at < ids.length; at += together)
    yield readParents(composition, reading, ids.slice(at, at + together), true)
}

/** SyncType.search: the exact name first, then names that begin so. */
export async function search<T, R>(
  composition: Composition<T, R>,
  context: CallContext,
  name: string
): Promise<readonly R[]> {
  const { parents } = composition
  const wanted = folded(name)
  if (wanted === '') return []
  const reading = await composition.open(context, 'person')
  const named = (await parents.named(reading, name.trim()))
    .map(parent => ({ parent, name: folded(parents.nameOf(parent)) }))
    .filter(one => one.name.startsWith(wanted))
    .toSorted((a, b) => Number(b.name === wanted) - Number(a.name === wanted))
    .slice(0, returned)
  const found = named.map(({ parent }) => parent)
  return (await compose(composition, reading, found, { all: true })).records
}
