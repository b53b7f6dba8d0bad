import { type CallContext, TargetRefused } from '../../../plugins/connector/contract.ts'
import type { Account } from '../account.ts'
import { type CompanyInfo, readCompanyInfo } from '../api/company-info.ts'
import { inWords } from './failure-words.ts'
import { failed, type Outcome, passed } from './outcome.ts'

export interface InstanceFound {
  readonly outcomes: readonly Outcome[]
  readonly info?: CompanyInfo
}

/** Is there a ConnectWise instance at the domain, and does it know the login company? One question answers both. */
export async function findInstance(context: CallContext, account: Account): Promise<InstanceFound> {
  const { site, companyId } = account
  const unreadable: Outcome[] = site ? [] : [refusedDomain('The domain is no web address.')]
  if (companyId === '') {
    const message = 'The username has no plus sign between the company ID and a key.'
    const fix = 'Enter it like samplecompany_c+a1bcDEdGHijklmn2.'
    unreadable.push(failed('company-id-known', message, fix, ['/username']))
  }
  if (!site || unreadable.length > 0) return { outcomes: unreadable }
  try {
    const info = await readCompanyInfo(context.http, { ...account, site }, 2)
    const reached = passed('host-reachable', `${site.webHost} answers.`)
    if (info) return { outcomes: [reached, passed('company-id-known', 'The company ID is known.')], info }
    const unknown = failed(
      'company-id-known',
      'ConnectWise does not know the company ID in front of the plus sign.',
      'It is the Company on the sign-in screen of ConnectWise PSA. If it is right, the domain belongs to another region.',
      ['/username']
    )
    return { outcomes: [reached, unknown] }
  } catch (failure) {
    if (failure instanceof TargetRefused) return { outcomes: [refusedDomain('This domain may not be called.')] }
    const { message, fix } = inWords(failure, context.signal)
    return { outcomes: [failed('host-reachable', message, fix, ['/domain'])] }
  }
}

function refusedDomain(message: string): Outcome {
  const fix =
    'Enter the address at which you open ConnectWise PSA, like https://na.myconnectwise.net. An instance of your own has to be allowed by the operator of this host (OUTBOUND_ALLOW).'
  return failed('host-reachable', message, fix, ['/domain'])
}
