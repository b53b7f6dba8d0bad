const faults: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection',
  ENOTFOUND: 'is a name that DNS does not know',
  EAI_AGAIN: 'cannot be found, because DNS does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'does not take our connection in time',
  ETIMEDOUT: 'does not take our connection in time',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ERR_TLS_CERT_ALTNAME_INVALID: 'shows a TLS certificate made out to another name',
  CERT_HAS_EXPIRED: 'shows a TLS certificate that has expired',
  CERT_NOT_YET_VALID: 'shows a TLS certificate that is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'shows a TLS certificate signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'shows a TLS certificate of an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'shows a TLS certificate of an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT: 'shows a TLS certificate of an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'shows a TLS certificate of an unknown authority',
  OUTBOUND_PROXY_AWAY: 'cannot be reached, because the outbound proxy does not answer',
  OUTBOUND_PROXY_LOGIN: 'cannot be reached, because the outbound proxy wants another user and password',
  OUTBOUND_PROXY_REFUSES: 'cannot be reached, because the outbound proxy does not let us through',
  CERT_REVOKED: 'shows a TLS certificate that was revoked'
}

/** For "{host} …": why nothing usable came; undefined: not a fault of the network or the other side, but of our request. */
export function describeFault(error: unknown): string | undefined {
  const code = codeOf(error)
  if (code === undefined || code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') return undefined
  if (faults[code]) return faults[code]
  if (code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS'))
    return 'does not speak TLS 1.2 or newer'
  if (code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW') return 'does not answer in proper HTTP'
  return 'broke off the connection'
}

/** These do not pass by themselves within the time of a retry. */
export function isCertificateFault(error: unknown): boolean {
  return /CERT|ISSUER|LEAF_SIGNATURE/.test(codeOf(error) ?? '')
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}
