import { type Answer, type AnswerShape, parseKeepingNumbers, type Subject, stringifyWithRaw } from '../../kit/index.ts'

/** How this vendor's answers are built: lists are bare arrays, bundles hold one for each part, counts are `{count}`. */
export const shape: AnswerShape = {
  rows: (answer, subject, edit) => edited(answer, body => withRows(body, subject, edit)),
  last: answer => {
    const { Link: _, ...headers } = answer.headers
    return { ...answer, headers }
  },
  count: (answer, change) => ({ ...answer, body: `{"count":${change(JSON.parse(answer.body).count)}}` }),
  refusal: status => JSON.stringify({ code: 'ConnectWiseApi', message: `Status ${status}`, errors: null }),
  unreadable: status => JSON.stringify(unreadable[status] ?? { code: 'ConnectWiseApi', message: `Status ${status}` }),
  throttled: retryAfter => ({
    status: 429,
    headers: retryAfter === undefined ? {} : { 'Retry-After': retryAfter },
    body: rateLimitBody(retryAfter !== undefined && /^-?\d+$/.test(retryAfter) ? retryAfter : 30)
  })
}

const unreadable: Record<number, object> = {
  403: { code: 'Security', message: 'You do not have security permission to perform this action.', errors: null },
  404: { code: 'NotFound', message: 'Not found', errors: null },
  500: { code: 'ConnectWiseApi', message: 'String was not recognized as a valid Boolean.' }
}

/** The guide's 429 body: `error`, not `code`. */
function rateLimitBody(seconds: number | string): string {
  const message = `Too many requests. Please try again in ${seconds} seconds.`
  return JSON.stringify({ error: 'ConnectWiseAPI', message })
}

function edited(answer: Answer, change: (body: any) => unknown): Answer {
  return {
    status: answer.status,
    headers: answer.headers,
    body: stringifyWithRaw(change(parseKeepingNumbers(answer.body)))
  }
}

function withRows(body: any, { operation }: Subject, edit: (rows: any[]) => unknown[]): unknown {
  if (operation === 'list') return edit(body)
  if (operation === 'record') return edit([body])[0] ?? null
  if (operation !== 'bundle') return body
  const results = body.results.map((result: any) =>
    Array.isArray(result.entities) ? { ...result, entities: edit(result.entities) } : result
  )
  return { ...body, results }
}
