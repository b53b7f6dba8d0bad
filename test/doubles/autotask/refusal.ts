/** Thrown while an answer is made; the body is the vendor's. */
export class Refusal extends Error {
  readonly status: number
  readonly body: string
  readonly headers: Record<string, string>

  constructor(status: number, body: string, headers: Record<string, string> = {}) {
    super(body)
    this.status = status
    this.body = body
    this.headers = headers
  }
}

/** 500 with `errors`: what Autotask says to most questions that it cannot answer. */
export function wrong(...errors: string[]): Refusal {
  return new Refusal(500, errorList(errors))
}

/** In the words of the vendor's web server. */
export function unrouted(status: 404 | 405 | 415, message: string): Refusal {
  return new Refusal(status, JSON.stringify({ Message: message }))
}

export function errorList(errors: readonly string[]): string {
  return JSON.stringify({ errors })
}
