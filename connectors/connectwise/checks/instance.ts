import { TargetRefused } from 'integration-host/connector'
import { failed, passed } from 'integration-host/connector/kit'
import type { Account } from '../account.ts'
import { type CompanyInfo, readCompanyInfo } from '../api/company-info.ts'
import type { Context } from '../form.ts'
import type { Findings } from './names.ts'

/** Is there a ConnectWise instance at the domain, and does it know the login company? One question answers both. */
export async function findInstance(
  context: Context,
  account: Account,
  findings: Findings
): Promise<CompanyInfo | undefined> {
  const { site, companyId } = account
  if (!site) findings.add('host-reachable', refusedDomain('The domain is no web address.'))
  if (companyId === '') {
    const message = 'The username has no plus sign between the company ID and a key.'
    const fix = 'Enter it like samplecompany_c+a1bcDEdGHijklmn2.'
    findings.add('company-id-known', failed(message, fix, ['/username']))
  }
  if (!site || companyId === '') return undefined
  const found = await findings.ask(
    'host-reachable',
    async () => ({ info: await readCompanyInfo(context.http, { ...account, site }, 2) }),
    () => passed(`${site.webHost} answers.`),
    {
      means: failure =>
        failure instanceof TargetRefused ? refusedDomain('This domain may not be called.') : undefined,
      pointers: ['/domain']
    }
  )
  if (found) findings.add('company-id-known', found.info ? passed('The company ID is known.') : unknownCompany)
  return found?.info
}

const unknownCompany = failed(
  'ConnectWise does not know the company ID in front of the plus sign.',
  'It is the Company on the sign-in screen of ConnectWise PSA. If it is right, the domain belongs to another region.',
  ['/username']
)

function refusedDomain(message: string) {
  const fix =
    'Enter the address at which you open ConnectWise PSA, like https://na.myconnectwise.net. An instance of your own has to be allowed by the operator of this host (OUTBOUND_ALLOW).'
  return failed(message, fix, ['/domain'])
}
