import { type Answer, type Call, json, type PageCache, type RecordWriter, type Table } from '../../kit/index.ts'
import type { AutotaskAccount } from '../accounts/account.ts'
import type { AutotaskOptions } from '../options.ts'
import { errorList, Refusal, unrouted } from '../refusal.ts'
import { type Entity, type EntityName, entityNamed, withoutFields } from '../schema.ts'
import { narrow } from './filter.ts'
import { entityInformation, fieldInformation, userDefinedInformation } from './metadata.ts'
import { answerPage, firstPage, readPageState } from './page.ts'
import { readQuestion } from './question.ts'

export interface EntityRules {
  options: AutotaskOptions
  account: AutotaskAccount
  /** The table as the user's level sees it. */
  seen: (entity: EntityName) => Table
  /** 0 none, 1 all, 2 restricted. */
  access: (entity: EntityName) => 0 | 1 | 2
  writer: RecordWriter
  pages: PageCache
  /** Grows when records begin to look different to the user. */
  looks: () => number
}

/** Answers what is asked of an entity: queries, counts, records by id, and what it is made of. */
export function answerEntity(call: Call, resource: string, rules: EntityRules): Answer {
  const { options, access } = rules
  const [first = '', ...rest] = resource.split('/')
  const known = entityNamed(first)
  if (!known) throw unknownPath()
  const entity = withoutFields(known, options.missingFields?.[known.path])
  const path = rest.join('/').toLowerCase()
  if (path.startsWith('entityinformation')) return metadata(call, entity, path, rules)
  const isQuery = path === 'query' || path === 'query/next' || path === 'query/count'
  if (!isQuery && !/^-?\d+$/.test(path)) throw path === '' ? wrongMethod(call) : unknownPath()
  if (access(entity.path) === 0) {
    const text = 'The logged in Resource does not have the adequate permissions to query this entity type.'
    throw new Refusal(options.missingRight ?? 403, errorList([text]))
  }
  return isQuery ? query(call, entity, path, rules) : record(call, entity, Number(path), rules)
}

export function unknownPath(): Refusal {
  return unrouted(404, 'No HTTP resource was found that matches the request URI.')
}

function wrongMethod({ method }: Call): Refusal {
  return unrouted(405, `The requested resource does not support http method '${method}'.`)
}

export function requireMethod(call: Call, method: 'GET' | 'POST'): void {
  if (call.method !== method) throw wrongMethod(call)
}

function metadata(call: Call, entity: Entity, path: string, { account, access }: EntityRules): Answer {
  requireMethod(call, 'GET')
  if (path === 'entityinformation') return json(200, entityInformation(entity, access(entity.path)))
  if (path === 'entityinformation/fields') return json(200, fieldInformation(entity, account.picklists))
  if (path !== 'entityinformation/userdefinedfields') throw unknownPath()
  return json(200, userDefinedInformation(entity, account.userDefinedFields[entity.path] ?? []))
}

function record(call: Call, entity: Entity, id: number, { options, seen, writer }: EntityRules): Answer {
  requireMethod(call, 'GET')
  const table = seen(entity.path)
  if (!table.get(id)) {
    if (options.missingRecord === 'null') return json(200, { item: null })
    throw unrouted(404, 'The requested resource could not be found.')
  }
  const body = `{"item":${writer.text(table, id, undefined)}}`
  return { status: 200, headers: {}, body, holds: [{ endpoint: entity.path, ids: [id] }] }
}

function query(call: Call, entity: Entity, path: string, rules: EntityRules): Answer {
  const { options, account, seen, writer, pages, looks } = rules
  const parameters = new URLSearchParams(call.rawQuery)
  const search = [...parameters].find(([name]) => name.toLowerCase() === 'search')?.[1]
  if (call.method === 'GET') {
    // The link of a POST has no search text: to a GET it is a path that takes another method.
    if (search === undefined) throw wrongMethod(call)
  } else requireMethod(call, 'POST')
  if (call.method === 'POST' && !/^application\/json/i.test(call.request.headers['content-type'] ?? '')) {
    throw unrouted(415, 'The request entity media type is not supported for this resource.')
  }
  const { unknownOperator = 'ignored', orLimit = 500 } = options
  const userDefinedFields = account.userDefinedFields[entity.path] ?? []
  const text = call.method === 'GET' ? search! : call.body
  const question = readQuestion(text, { entity, userDefinedFields, unknownOperator, orLimit })
  const table = seen(entity.path)
  if (path === 'query/count') return json(200, { queryCount: table.scan(narrow(table, question.condition)).length })

  const state = path === 'query/next' ? readPageState(parameters) : firstPage
  const origin = options.linkOrigin ?? call.origin
  return answerPage(entity, table, question, state, {
    writer,
    pages,
    key: JSON.stringify([origin, call.method, entity.path, text, state, looks()]),
    address: `${origin}/ATServicesRest/V1.0/${entity.path}/query/next`,
    search: call.method === 'GET' ? search : undefined,
    nextOnFullPage: options.nextOnFullPage ?? false,
    pagingWithoutId: options.pagingWithoutId ?? 'refused'
  })
}
