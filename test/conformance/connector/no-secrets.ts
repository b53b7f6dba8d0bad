import type { Connector } from '../../../plugins/connector/contract.ts'
import type { Claims } from './claims.ts'

/** No secret of these credentials stands in any of the texts. */
export function noSecrets(
  claims: Claims,
  connector: Connector,
  credentials: Readonly<Record<string, string>>,
  texts: readonly string[]
): void {
  const fields = connector.credentials.properties as Record<string, { writeOnly?: boolean }>
  for (const [field, value] of Object.entries(credentials)) {
    if (!fields[field]?.writeOnly) continue
    // A secret may stand behind something that is none: samplecompany_c+key.
    for (const secret of [value, value.split('+').at(-1)!])
      claims.notOk(
        texts.some(text => text.includes(secret)),
        `${field} is nowhere in what was said or logged`
      )
  }
}
