import { badParameter, notFound, Refusal } from '../refusal.ts'
import type { Parameters } from './query.ts'
import type { Answer } from './read.ts'

/** The collection of each resourceType that is modelled; `{}` stands for apiRequest.parentId. */
const paths: Record<string, string> = {
  company: 'company/companies',
  contact: 'company/contacts',
  agreement: 'finance/agreements',
  addition: 'finance/agreements/{}/additions'
}

/** Answers each request of the bundle by itself: one refusal does not spoil the others. */
export function readBundle(
  body: string,
  limit: number,
  readOne: (path: string, parameters: Parameters) => Answer
): Answer {
  const requests = parseRequests(body)
  if (requests.length > limit) throw badParameter('requests', `A bundle may hold ${limit} requests.`)
  const results = requests.map(request => {
    const head = `"sequenceNumber":${JSON.stringify(request?.sequenceNumber ?? 0)},"resourceType":${JSON.stringify(request?.resourceType ?? null)}`
    try {
      const answer = readOne(pathOf(request), parametersOf(request))
      const entities = answer.body.startsWith('[') ? answer.body : `[${answer.body}]`
      return `{${head},"entities":${entities},"success":true,"statusCode":200}`
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return `{${head},"entities":[],"success":false,"statusCode":${error.status},"error":${JSON.stringify(error.body)}}`
    }
  })
  return { status: 200, headers: {}, body: `{"results":[${results.join(',')}]}` }
}

function parseRequests(body: string): any[] {
  let parsed: any
  try {
    parsed = JSON.parse(body)
  } catch {
    throw new Refusal(400, 'InvalidObject', 'The body is not JSON.')
  }
  if (!Array.isArray(parsed?.requests)) throw badParameter('requests', "'requests' must be an array.")
  return parsed.requests
}

function pathOf(request: any): string {
  const path = paths[String(request?.resourceType).toLowerCase()]
  if (!path) throw badParameter('resourceType', `The resource type '${request?.resourceType}' is not known.`)
  const { id, parentId } = request.apiRequest ?? {}
  if (path.includes('{}') && !Number.isInteger(parentId)) throw badParameter('parentId', "'parentId' is required.")
  if (id !== undefined && !Number.isInteger(id)) throw notFound('Not found')
  return path.replace('{}', parentId) + (id === undefined ? '' : `/${id}`)
}

function parametersOf(request: any): Parameters {
  const { filters = {}, page = {}, fields } = request.apiRequest ?? {}
  const given: Record<keyof Parameters, unknown> = {
    conditions: filters?.conditions,
    childConditions: filters?.childconditions ?? filters?.childConditions,
    customFieldConditions: undefined,
    orderBy: filters?.orderBy,
    fields,
    page: page?.page,
    pageSize: page?.pageSize,
    pageId: page?.pageId
  }
  return Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => [name, String(value)])
  )
}
