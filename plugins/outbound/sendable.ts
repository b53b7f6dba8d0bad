import type { HttpRequest } from '../connector/contract.ts'
import { CredentialsRejected } from '../connector/failures.ts'

/** What a header can carry: visible Latin-1, spaces and tabs. */
const sendable = /^[\t\x20-\x7e\x80-\xff]*$/

/**
 * Credentials become headers, and people type what no header carries. No vendor has ever given out such a key.
 * @throws {CredentialsRejected} which names the header and never its value
 */
export function requireSendable({ headers = {} }: HttpRequest): void {
  for (const [name, value] of Object.entries(headers)) {
    if (sendable.test(value)) continue
    throw new CredentialsRejected(
      `What was typed cannot be sent as "${name}": it holds a line break or letters beyond the Latin ones. Copy it once more from the vendor's own page.`
    )
  }
}
