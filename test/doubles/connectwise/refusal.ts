/** The vendor's declared error body; `errors` may be null or absent. */
export interface ErrorBody {
  code: string
  message: string
  errors: { code: string; message: string; resource?: string; field?: string }[] | null
}

/** Thrown anywhere while an answer is made; the server turns it into the status and the vendor's error body. */
export class Refusal extends Error {
  readonly status: number
  readonly body: ErrorBody

  constructor(status: number, code: string, message: string, errors: ErrorBody['errors'] = null) {
    super(message)
    this.status = status
    this.body = { code, message, errors }
  }
}

/** 400 for a parameter, in the shape of the vendor's validation errors. */
export function badParameter(field: string, message: string): Refusal {
  return new Refusal(400, 'InvalidObject', message, [{ code: 'InvalidParameter', message, field }])
}

/** 404 for a record or a path. */
export function notFound(message: string): Refusal {
  return new Refusal(404, 'NotFound', message)
}
