import { type Answer, type AnswerShape, parseKeepingNumbers, stringifyWithRaw } from '../../kit/index.ts'
import { errorList } from '../refusal.ts'

/** How this vendor's answers are built: `items` with `pageDetails`, `item`, `queryCount`, and `errors` of texts. */
export const shape: AnswerShape = {
  rows: (answer, { operation }, edit) =>
    edited(answer, body => {
      if (operation === 'record') return { item: body.item === null ? null : (edit([body.item])[0] ?? null) }
      if (operation !== 'list') return body
      const items = edit(body.items)
      return { items, pageDetails: { ...body.pageDetails, count: items.length } }
    }),
  last: answer => edited(answer, body => ({ ...body, pageDetails: { ...body.pageDetails, nextPageUrl: null } })),
  count: (answer, change) => ({ ...answer, body: `{"queryCount":${change(JSON.parse(answer.body).queryCount)}}` }),
  refusal: status => {
    if (status === 401) return ''
    if (status === 404 || status === 405) return JSON.stringify({ Message: `Status ${status}` })
    // An outage has no list of errors; a question that cannot be answered has.
    return status === 500 || status < 500 ? errorList([`Status ${status}`]) : ''
  },
  unreadable: status => (status === 401 ? '' : errorList(['An error occurred while the record was read.'])),
  throttled: retryAfter => ({
    status: 429,
    headers: retryAfter === undefined ? {} : { 'Retry-After': retryAfter },
    body: errorList(['The number of requests is over the limit.'])
  })
}

function edited({ status, headers, body }: Answer, change: (body: any) => unknown): Answer {
  return { status, headers, body: stringifyWithRaw(change(parseKeepingNumbers(body))) }
}
