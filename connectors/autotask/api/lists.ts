import { type HttpRequest, SourceUnreadable, text } from 'integration-host/connector'
import {
  type Answer,
  chunksOf,
  type KeysetList,
  type Label,
  listWithin,
  once,
  type PageAnswer,
  type PageAsk,
  readAll,
  readByIds,
  readCount,
  type VendorRecord,
  within
} from 'integration-host/connector/kit'
import { howToGrant } from '../permissions.ts'
import type { Entity } from './entities.ts'
import { type Condition, type Filter, fieldsOf, holds, isField, mostValues, oneOf, withoutField } from './filter.ts'
import { meaning } from './refusals.ts'
import type { Session } from './session.ts'

/** The vendor's largest page, and what it gives if nothing is said. */
export const fullPage = 500
/** A GET beyond 2,048 characters is a 404; this much of it is left to what stands before. */
const longestSearch = 1900

export interface Question extends Pick<KeysetList, 'lacks' | 'neverEmpty'>, Pick<HttpRequest, 'shared'> {
  readonly filter: Filter
  /** @default all that is read of the entity */
  readonly fields?: readonly string[]
}

/** Every record: the vendor wants a condition. */
const anything: Condition = { op: 'gte', field: 'id', value: 0 }

/** A list of the vendor's, read by keyset: its own page links hold state on its side, and grow. */
export function listOf(session: Session, entity: Entity, question: Question): KeysetList {
  const { filter, lacks, shared = false, neverEmpty = false } = question
  const fields = [...new Set(['id', ...(question.fields ?? entity.fields), ...fieldsOf(filter)])]
  return {
    what: `Autotask ${entity.path}`,
    fullPage,
    pageSizes: session.pageSizes,
    neverEmpty,
    wanted: record => filter.every(condition => holds(condition, record)),
    lacks,
    async page({ after, size, idsOnly, attempts }) {
      const beyond: Condition = { op: 'gt', field: 'id', value: after }
      const asked = { filter: [...filter, beyond], fields: idsOnly ? ['id'] : fields, size, shared, attempts }
      return query(session, entity, asked)
    }
  }
}

type Asked = Required<Pick<Question, 'filter' | 'fields' | 'shared'>> & Pick<PageAsk, 'size' | 'attempts'>

/** Releases do not reach all zones on one day: what a zone does not have is not asked for. */
async function query(session: Session, entity: Entity, asked: Asked): Promise<PageAnswer> {
  const { path } = entity
  const isMissing = (field: string) => session.missing.has(`${path}.${field.toLowerCase()}`)
  const fields = asked.fields.filter(field => !isMissing(field))
  let filter: Filter | null = asked.filter
  for (const field of asked.fields) if (filter && isMissing(field)) filter = withoutField(filter, field)
  // Of what has no stamp yet no list of changes can be had.
  if (!filter) return { entries: [], more: false }
  const json = { filter, IncludeFields: fields, MaxRecords: asked.size }
  const search = `${path}/query?search=${encodeURIComponent(JSON.stringify(json))}`
  const isShared = asked.shared && search.length < longestSearch
  const unknown = (field: string | undefined) => field !== undefined && fields.some(one => isField(one, field))
  const response = await session.ask({
    entity,
    ...(isShared ? { path: search, shared: true } : { path: `${path}/query`, json }),
    attempts: asked.attempts,
    tolerates: refusal => unknown(meaning.unknownField(refusal))
  })
  const field = meaning.unknownField(response)
  if (field !== undefined) {
    session.missing.add(`${path}.${field.toLowerCase()}`)
    return query(session, entity, asked)
  }
  const next = within(response.body, 'pageDetails', 'nextPageUrl')
  return { entries: within(response.body, 'items'), more: typeof next === 'string' ? true : undefined }
}

export async function count(session: Session, entity: Entity, filter: Filter): Promise<number> {
  const json = { filter: filter.length === 0 ? [anything] : filter }
  const { body } = await session.ask({ entity, path: `${entity.path}/query/count`, json })
  return readCount(within(body, 'queryCount'), `Autotask ${entity.path}`)
}

/** Records by a field that holds ids. */
export function readBy(
  session: Session,
  entity: Entity,
  field: string,
  ids: readonly string[],
  question: Question
): Promise<readonly Answer[]> {
  return readByIds(chunksOf(ids, mostValues), some =>
    listOf(session, entity, { ...question, filter: [oneOf(field, some), ...question.filter] })
  )
}

/** Whether a record is among those of a filter: a question for ids alone. */
export async function exists(session: Session, entity: Entity, filter: Filter): Promise<boolean> {
  return (await count(session, entity, filter)) > 0
}

/** What the numbers of a picklist mean: values in use and the vendor's own first. Those out of use still stand in records. */
export async function labelsOf(session: Session, entity: Entity, field: string): Promise<readonly Label[]> {
  const path = `${entity.path}/entityInformation/fields`
  const { body } = await once(session.fields, path, () => session.ask({ entity, path, shared: true }))
  const found = listWithin(body, 'fields').find(one => isField(String(within(one, 'name')), field))
  const values = listWithin(found, 'picklistValues')
  if (values.length === 0)
    throw new SourceUnreadable(`Autotask does not say what the numbers of ${entity.path} ${field} mean.`, 'shape')
  const rank = (one: unknown) => Number(within(one, 'isActive') !== true) * 2 + Number(within(one, 'isSystem') !== true)
  return values
    .toSorted((a, b) => rank(a) - rank(b))
    .flatMap(one => {
      const [id, name] = [text(within(one, 'value')), text(within(one, 'label'))]
      return id === null || name === null ? [] : [{ id, name }]
    })
}

/**
 * A small list of names whole, by id; every database has some.
 * @param again once more, since something was missing from it
 */
export function tableOf(session: Session, entity: Entity, again = ''): Promise<ReadonlyMap<string, VendorRecord>> {
  return once(session.tables, entity.path + again, async () => {
    const { records } = await readAll(listOf(session, entity, { filter: [], neverEmpty: true }))
    if (records.length === 0)
      throw new SourceUnreadable(`Autotask shows no ${entity.path} at all. ${howToGrant(entity.permission)}`, 'shape')
    return new Map(records.map(record => [record.id, record]))
  })
}
