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
    return {
      outcomes: [failed('credentials-accepted', 'The API version is not of a known form.', fix, ['/apiVersion'])]
    }
  }
  const codebases = new Set([info.codebase, typed, codebaseAlias].filter(codebase => codebase !== undefined))
  try {
    let refusals: [KeyOrder, HttpResponse][] = []
    for (const codebase of codebases) {
      const answers: [KeyOrder, HttpResponse][] = []
      for (const order of ['as-given', 'swapped'] as const) {
        const response = await context.http.request({
          url: `${info.apiOrigin}/${codebase}/apis/3.0/${endpoints.systemInfo.path}`,
          headers: signIn(account, order),
          attempts: 2
        })
        if (response.status < 300) return accepted(order, info.apiOrigin, codebase)
        answers.push([order, response])
        // The path is not there, whoever asks.
        if (response.status === 404 && codebase !== codebaseAlias) break
      }
      const clear = answers.filter(([, { status }]) => status !== 404)
      if (clear.length > 0) return refused(clear)
      refusals = answers
    }
    return refused(refusals)
  } catch (failure) {
    const { message, fix } = inWords(failure, context.signal)
    return { outcomes: [failed('credentials-accepted', message, fix, ['/domain'])] }
  }
}

function accepted(keyOrder: KeyOrder, apiOrigin: string, codebase: string): SignedIn {
  const swapped = keyOrder === 'swapped'
  const how = swapped ? 'with the two keys exchanged' : 'as given'
  const remark = 'Your two keys were the other way round; that is put right.'
  return {
    outcomes: [
      { ...passed('credentials-accepted', `The keys are accepted, ${how}.`), ...(swapped && { remark }) },
      passed('client-id-accepted', 'The client ID is accepted.')
    ],
    state: { keyOrder, apiOrigin, codebase }
  }
}

function refused(answers: readonly [KeyOrder, HttpResponse][]): SignedIn {
  const responses = answers.map(([, response]) => response)
  const statuses = responses.map(({ status }) => status)
  if (responses.some(wantsApiHost)) {
    const fix = 'Enter the address at which you open ConnectWise PSA.'
    return {
      outcomes: [failed('credentials-accepted', 'ConnectWise wants to be called at its API host.', fix, ['/domain'])]
    }
  }
  // One order of the keys is always the wrong one and gets the 401; another refusal beside it is not about the keys.
  const keysAreGood = responses.some(blamesClientId) || (statuses.includes(401) && statuses.includes(403))
  if (keysAreGood) {
    return {
      outcomes: [
        passed('credentials-accepted', 'The keys are accepted.'),
        failed(
          'client-id-accepted',
          'ConnectWise refuses the client ID.',
          'Copy it again from developer.connectwise.com > ClientID.',
          ['/clientId']
        )
      ]
    }
  }
  if (statuses.every(status => status === 401 || status === 403 || status === 404)) {
    const hidden = statuses.every(status => status === 404)
    return {
      outcomes: [
        failed(
          'credentials-accepted',
          hidden
            ? 'ConnectWise answers 404, which on its cloud mostly means that the keys are wrong.'
            : 'ConnectWise refuses the keys in either order.',
          'Copy both keys again from System > Members > API Members > API Keys; if the private key is lost, make a new pair. An unknown client ID may look the same.',
          hidden ? ['/username', '/password', '/apiVersion'] : ['/username', '/password']
        ),
        skipped('client-id-accepted', 'Not tried: the keys are not accepted.')
      ]
    }
  }
  const message = `ConnectWise answers the sign-in with ${statuses.join(' and ')}.`
  return {
    outcomes: [
      failed('credentials-accepted', message, 'Check the domain and the API version, and try again.', ['/domain'])
    ]
  }
}
