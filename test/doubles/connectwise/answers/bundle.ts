import { type Answer, type Part, parseKeepingNumbers } from '../../kit/index.ts'
import { badParameter, notFound, Refusal } from '../refusal.ts'
import type { Parameters } from './query.ts'
import { bundled, partSubject } from './subject.ts'

export interface BundleRules {
  /** Most requests that a bundle may hold. */
  limit: number
  /** Most rows that a part gives, whatever page size it asks for. */
  pageSize: number
  read: (path: string, parameters: Parameters) => Answer
  /** Lets faults have their part. */
  part: Part
}

/** Answers each request of the bundle by itself: one refusal does not spoil the others. */
export function readBundle(body: string, rules: BundleRules): Answer {
  const requests = parseRequests(body)
  if (requests.length > rules.limit) throw badParameter('requests', `A bundle may hold ${rules.limit} requests.`)
  const answers = requests.map(request => rules.part(partSubject(request), () => answerPart(request, rules)))
  const results = requests.map((request, index) => {
    const { sequenceNumber = 0, resourceType = null } = request ?? {}
    return `{"sequenceNumber":${JSON.stringify(sequenceNumber)},"resourceType":${JSON.stringify(resourceType)},${result(answers[index]!)}}`
  })
  const holds = answers.flatMap(answer => answer.holds ?? [])
  return { status: 200, headers: {}, body: `{"results":[${results.join(',')}]}`, holds }
}

function result({ status, body }: Answer): string {
  if (status !== 200) return `"entities":[],"success":false,"statusCode":${status},"error":${asJson(body)}`
  return `"entities":${body.startsWith('[') ? body : `[${body}]`},"success":true,"statusCode":200`
}

/** A fault may give a part a body that is no JSON. */
function asJson(body: string): string {
  try {
    parseKeepingNumbers(body)
    return body
  } catch {
    return JSON.stringify(body)
  }
}

function answerPart(request: any, { read, pageSize }: BundleRules): Answer {
  try {
    const parameters = parametersOf(request)
    if (Number(parameters.pageSize ?? 0) > pageSize) parameters.pageSize = String(pageSize)
    return read(pathOf(request), parameters)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { status: error.status, headers: {}, body: JSON.stringify(error.body) }
  }
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
  const known = bundled[String(request?.resourceType).toLowerCase()]
  if (!known) throw badParameter('resourceType', `The resource type '${request?.resourceType}' is not known.`)
  const { id, parentId } = request.apiRequest ?? {}
  const { path } = known
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
