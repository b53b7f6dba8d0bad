import type { HttpResponse } from 'integration-host/connector'
import { failed, type Outcome, passed, skipped } from 'integration-host/connector/kit'
import type { Account } from '../account.ts'
import { type KeyOrder, signIn } from '../api/authorization.ts'
import { codebaseAlias, parseCodebase } from '../api/codebase.ts'
import type { CompanyInfo } from '../api/company-info.ts'
import { endpoints } from '../api/endpoints.ts'
import { blamesClientId, wantsApiHost } from '../api/refusals.ts'
import type { Context } from '../form.ts'
import type { Findings } from './names.ts'

/** What the connection's state keeps of it. */
export type SignIn = Readonly<{ keyOrder: KeyOrder; apiOrigin: string; codebase: string }>

/** @returns undefined unless the keys and the client id are accepted */
export async function trySignIn(
  context: Context,
  account: Account,
  info: CompanyInfo,
  findings: Findings
): Promise<SignIn | undefined> {
  if (account.apiVersion !== '' && parseCodebase(account.apiVersion) === undefined) {
    const fix = 'Enter it like v2020_3, or leave it empty: it is found out.'
    findings.add('credentials-accepted', failed('The API version is not of a known form.', fix, ['/apiVersion']))
    return undefined
  }
  const found = await findings.ask(
    'credentials-accepted',
    () => tryKeys(context, account, info),
    answer => ('keyOrder' in answer ? acceptedAs(answer) : refused(answer)),
    { pointers: ['/domain'] }
  )
  if (!found) return undefined
  if ('keyOrder' in found) {
    findings.add('client-id-accepted', passed('The client ID is accepted.'))
    return found
  }
  const fix = 'Copy it again from developer.connectwise.com > ClientID.'
  findings.add(
    'client-id-accepted',
    isOfClientId(found)
      ? failed('ConnectWise refuses the client ID.', fix, ['/clientId'])
      : skipped('Not tried: the keys are not accepted.')
  )
  return undefined
}

/**
 * Tries both orders of the keys at the release that company info names, then at the one typed, then at the alias: by
 * the alias cloud may answer bad credentials with 404, so a refusal at any of them counts more than a 404.
 * @returns what is right, or the answers that refuse
 */
async function tryKeys(
  { http }: Context,
  account: Account,
  { apiOrigin, ...info }: CompanyInfo
): Promise<SignIn | readonly HttpResponse[]> {
  const named = [info.codebase, parseCodebase(account.apiVersion), codebaseAlias]
  let refusals: HttpResponse[] = []
  for (const codebase of new Set(named.filter(codebase => codebase !== undefined))) {
    refusals = []
    for (const keyOrder of ['as-given', 'swapped'] as const) {
      const response = await http.request({
        url: `${apiOrigin}/${codebase}/apis/3.0/${endpoints.systemInfo.path}`,
        headers: signIn(account, keyOrder),
        attempts: 2
      })
      if (response.status < 300) return { keyOrder, apiOrigin, codebase }
      refusals.push(response)
      // The path is not there, whoever asks.
      if (response.status === 404 && codebase !== codebaseAlias) break
    }
    const clear = refusals.filter(({ status }) => status !== 404)
    if (clear.length > 0) return clear
  }
  return refusals
}

function acceptedAs({ keyOrder }: SignIn): Outcome {
  if (keyOrder === 'as-given') return passed('The keys are accepted, as given.')
  const remark = 'Your two keys were the other way round; that is put right.'
  return passed('The keys are accepted, with the two keys exchanged.', { remark })
}

/** One order of the keys is always the wrong one and gets the 401; another refusal beside it is not about the keys. */
function isOfClientId(refusals: readonly HttpResponse[]): boolean {
  const statuses = refusals.map(({ status }) => status)
  if (refusals.some(wantsApiHost)) return false
  return refusals.some(blamesClientId) || (statuses.includes(401) && statuses.includes(403))
}

function refused(refusals: readonly HttpResponse[]): Outcome {
  const statuses = refusals.map(({ status }) => status)
  if (refusals.some(wantsApiHost)) {
    const fix = 'Enter the address at which you open ConnectWise PSA.'
    return failed('ConnectWise wants to be called at its API host.', fix, ['/domain'])
  }
  if (isOfClientId(refusals)) return passed('The keys are accepted.')
  if (statuses.some(status => ![401, 403, 404].includes(status))) {
    const message = `ConnectWise answers the sign-in with ${statuses.join(' and ')}.`
    return failed(message, 'Check the domain and the API version, and try again.', ['/domain'])
  }
  const fix =
    'Copy both keys again from System > Members > API Members > API Keys; if the private key is lost, make a new pair. An unknown client ID may look the same.'
  const keys = ['/username', '/password']
  if (statuses.some(status => status !== 404)) return failed('ConnectWise refuses the keys in either order.', fix, keys)
  const message = 'ConnectWise answers 404, which on its cloud mostly means that the keys are wrong.'
  return failed(message, fix, [...keys, '/apiVersion'])
}
