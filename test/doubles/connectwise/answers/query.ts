import { badParameter, Refusal } from '../refusal.ts'

/** The parameters that the vendor documents for every list and count; their case does not matter. */
const known = [
  'conditions',
  'childConditions',
  'customFieldConditions',
  'orderBy',
  'fields',
  'page',
  'pageSize',
  'pageId'
] as const
export type Parameter = (typeof known)[number]
export type Parameters = Partial<Record<Parameter, string>>

const byLowerCase = new Map<string, Parameter>(known.map(name => [name.toLowerCase(), name]))

/** Splits a raw query; refuses what is not documented, given twice or not percent-encoded. */
export function readParameters(raw: string): Parameters {
  const parameters: Parameters = {}
  for (const pair of raw.split('&')) {
    if (pair === '') continue
    const cut = pair.indexOf('=')
    const given = decode(cut < 0 ? pair : pair.slice(0, cut))
    const name = byLowerCase.get(given.toLowerCase())
    if (!name) throw badParameter(given, `The parameter '${given}' is not known.`)
    if (parameters[name] !== undefined) throw badParameter(name, `The parameter '${name}' is given twice.`)
    parameters[name] = cut < 0 ? '' : decode(pair.slice(cut + 1))
  }
  if (parameters.customFieldConditions) {
    throw badParameter('customFieldConditions', 'customFieldConditions are not modelled by this double.')
  }
  return parameters
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new Refusal(400, 'BadRequest', 'The query is not percent-encoded.')
  }
}

/** Where a list read begins and how much it returns. */
export type Paging =
  | { kind: 'navigable'; page: number; pageSize: number }
  | { kind: 'forward-only'; afterId: number; pageSize: number }

export const defaultPageSize = 25
const maximumPageSize = 1000

/** @param oversize what a pageSize above 1000 does: the vendor's documents do not say. */
export function readPaging(
  parameters: Parameters,
  paginationType: string | undefined,
  oversize: 'refuse' | 'clamp'
): Paging {
  let pageSize = wholeNumber(parameters, 'pageSize', 1) ?? defaultPageSize
  if (pageSize > maximumPageSize) {
    if (oversize === 'refuse') throw badParameter('pageSize', `The maximum of pageSize is ${maximumPageSize}.`)
    pageSize = maximumPageSize
  }
  if (paginationType?.toLowerCase() === 'forward-only') {
    for (const name of ['page', 'orderBy'] as const) {
      if (parameters[name] !== undefined) throw badParameter(name, `'${name}' cannot be used with forward-only paging.`)
    }
    return { kind: 'forward-only', afterId: wholeNumber(parameters, 'pageId', 0) ?? 0, pageSize }
  }
  if (parameters.pageId !== undefined) throw badParameter('pageId', "'pageId' needs 'pagination-type: forward-only'.")
  return { kind: 'navigable', page: wholeNumber(parameters, 'page', 1) ?? 1, pageSize }
}

function wholeNumber(parameters: Parameters, name: Parameter, least: number): number | undefined {
  const text = parameters[name]
  if (text === undefined) return undefined
  const value = /^\d{1,10}$/.test(text) ? Number(text) : -1
  if (value < least) throw badParameter(name, `'${text}' is not valid for '${name}'.`)
  return value
}
