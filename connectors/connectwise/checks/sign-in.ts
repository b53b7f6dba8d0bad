import type { CallContext, ConnectionState, HttpResponse } from '../../../plugins/connector/contract.ts'
import type { Account } from '../account.ts'
import { type KeyOrder, signIn } from '../api/authorization.ts'
import { codebaseAlias, parseCodebase } from '../api/codebase.ts'
import type { CompanyInfo } from '../api/company-info.ts'
import { endpoints } from '../api/endpoints.ts'
import { blamesClientId, wantsApiHost } from '../api/refusals.ts'
import { inWords } from './failure-words.ts'
import { failed, type Outcome, passed, skipped } from './outcome.ts'

export interface SignedIn {
  readonly outcomes: readonly Outcome[]
  /** Only if the keys and the client id are accepted. */
  readonly state?: ConnectionState & {
    readonly keyOrder: KeyOrder
    readonly apiOrigin: string
    readonly codebase: string
  }
}

/**
 * Tries both orders of the keys at the release that company info names, then at the one typed, then at the alias: by
 * the alias cloud may answer bad credentials with 404, so a refusal at any of them counts more than a 404.
 */
export async function trySignIn(context: CallContext, account: Account, info: CompanyInfo): Promise<SignedIn> {
  const typed = parseCodebase(account.apiVersion)
  if (account.apiVersion !== '' && typed === undefined) {
    const fix = 'Enter it like v2020_3, or leave it empty: it is found out.'
    return refusal('The API version is not of a known form.', fix, '/apiVersion')
  }
  const codebases = new Set([info.codebase, typed, codebaseAlias].filter(codebase => codebase !== undefined))
  try {
    let refusals: HttpResponse[] = []
    for (const codebase of codebases) {
      refusals = []
      for (const order of ['as-given', 'swapped'] as const) {
        const response = await context.http.request({
          url: `${info.apiOrigin}/${codebase}/apis/3.0/${endpoints.systemInfo.path}`,
          headers: signIn(account, order),
          attempts: 2
        })
        if (response.status < 300) return accepted(order, info.apiOrigin, codebase)
        refusals.push(response)
        // The path is not there, whoever asks.
        if (response.status === 404 && codebase !== codebaseAlias) break
      }
      const clear = refusals.filter(({ status }) => status !== 404)
      if (clear.length > 0) return refused(clear)
    }
    return refused(refusals)
  } catch (failure) {
    const { message, fix } = inWords(failure, context.signal)
    return refusal(message, fix, '/domain')
  }
}

function refusal(message: string, fix: string, ...pointers: readonly string[]): SignedIn {
  return { outcomes: [failed('credentials-accepted', message, fix, pointers)] }
}

function accepted(keyOrder: KeyOrder, apiOrigin: string, codebase: string): SignedIn {
  const how = keyOrder === 'as-given' ? 'as given' : 'with the two keys exchanged'
  const accepted = passed('credentials-accepted', `The keys are accepted, ${how}.`)
  const remark = 'Your two keys were the other way round; that is put right.'
  return {
    outcomes: [
      keyOrder === 'as-given' ? accepted : { ...accepted, remark },
      passed('client-id-accepted', 'The client ID is accepted.')
    ],
    state: { keyOrder, apiOrigin, codebase }
  }
}

function refused(responses: readonly HttpResponse[]): SignedIn {
  const statuses = responses.map(({ status }) => status)
  if (responses.some(wantsApiHost)) {
    const fix = 'Enter the address at which you open ConnectWise PSA.'
    return refusal('ConnectWise wants to be called at its API host.', fix, '/domain')
  }
  // One order of the keys is always the wrong one and gets the 401; another refusal beside it is not about the keys.
  if (responses.some(blamesClientId) || (statuses.includes(401) && statuses.includes(403))) {
    const fix = 'Copy it again from developer.connectwise.com > ClientID.'
    const clientId = failed('client-id-accepted', 'ConnectWise refuses the client ID.', fix, ['/clientId'])
    return { outcomes: [passed('credentials-accepted', 'The keys are accepted.'), clientId] }
  }
  if (statuses.some(status => ![401, 403, 404].includes(status))) {
    const message = `ConnectWise answers the sign-in with ${statuses.join(' and ')}.`
    return refusal(message, 'Check the domain and the API version, and try again.', '/domain')
  }
  const fix =
    'Copy both keys again from System > Members > API Members > API Keys; if the private key is lost, make a new pair. An unknown client ID may look the same.'
  const keys = ['/username', '/password']
  const { outcomes } = statuses.every(status => status === 404)
    ? refusal(
        'ConnectWise answers 404, which on its cloud mostly means that the keys are wrong.',
        fix,
        ...keys,
        '/apiVersion'
      )
    : refusal('ConnectWise refuses the keys in either order.', fix, ...keys)
  return { outcomes: [...outcomes, skipped('client-id-accepted', 'Not tried: the keys are not accepted.')] }
}
