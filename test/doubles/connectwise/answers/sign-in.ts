import type { IncomingHttpHeaders } from 'node:http'
import { readBasic } from '../../kit/index.ts'
import type { ApiAccount } from '../options.ts'
import { notFound, Refusal } from '../refusal.ts'

interface SignInRules {
  account: ApiAccount
  clientIdRefusal: 401 | 403
  hideBadCredentials: boolean
}

/**
 * Basic `companyId+publicKey:privateKey` and a known clientId, or the vendor's refusal.
 * @param alias the call came by `v4_6_release`, where cloud may answer bad credentials with 404.
 */
export function requireSignIn(headers: IncomingHttpHeaders, rules: SignInRules, alias: boolean): void {
  const { companyId, publicKey, privateKey, clientId } = rules.account
  const given = readBasic(headers)
  if (given?.user !== `${companyId}+${publicKey}` || given.password !== privateKey) {
    if (alias && rules.hideBadCredentials) throw notFound('The resource was not found.')
    throw new Refusal(401, 'Unauthorized', 'UserNotAuthenticated')
  }
  const named = headers.clientid
  if (typeof named !== 'string' || named.toLowerCase() !== clientId.toLowerCase()) {
    throw new Refusal(rules.clientIdRefusal, 'ConnectWiseApi', 'The clientId header is missing or not known.')
  }
}
