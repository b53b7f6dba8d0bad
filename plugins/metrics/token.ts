import { createHash, timingSafeEqual } from 'node:crypto'

/** Whether an Authorization header carries the token. */
export type AcceptToken = (header: string | undefined) => boolean

/** Compares digests, which are of one length whatever was sent, in a time that does not depend on what they hold. */
export function tokenCheck(token: string): AcceptToken {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  const expected = digest(token)
  return header => {
    const [, given] = /^Bearer +([!-~]+)$/i.exec(header ?? '') ?? []
    return given !== undefined && timingSafeEqual(digest(given), expected)
  }
}
