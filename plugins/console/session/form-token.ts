import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const saltBytes = 16

/**
 * What a form of this session carries: sixteen random bytes and an HMAC of them. It differs in each answer, so that a
 * compressed page tells nothing of the key.
 */
export function formToken(formKey: string): string {
  const salt = randomBytes(saltBytes)
  return Buffer.concat([salt, signature(formKey, salt)]).toString('base64url')
}

export function isFormToken(formKey: string, token: string | null): boolean {
  const bytes = Buffer.from(token ?? '', 'base64url')
  const salt = bytes.subarray(0, saltBytes)
  const expected = signature(formKey, salt)
  const given = bytes.subarray(saltBytes)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function signature(formKey: string, salt: Buffer): Buffer {
  return createHmac('sha256', Buffer.from(formKey, 'base64url')).update(salt).digest()
}
