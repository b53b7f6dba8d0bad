import type { Answer } from '../../kit/index.ts'
import { notFound } from '../refusal.ts'

interface Site {
  companyId: string
  companyName: string
  release: string
  cloud: boolean
  isCloudAsText: boolean
  siteUrl: string | undefined
  unknownCompany: 'null' | 'not-found'
}

/** `GET /login/companyinfo/{companyId}`: where the API of a login company lives. No sign-in. */
export function readCompanyInfo(asked: string, site: Site): Answer {
  if (asked.toLowerCase() !== site.companyId.toLowerCase()) {
    if (site.unknownCompany === 'not-found') throw notFound('The company was not found.')
    return { status: 200, headers: {}, body: 'null' }
  }
  const body = {
    CompanyName: `${site.companyName} (${site.companyId})`,
    // The slash at the end is the vendor's.
    Codebase: `${site.cloud ? site.release : 'v4_6_release'}/`,
    VersionCode: site.release.replace('_', '.'),
    VersionNumber: 'v4.6.90210',
    CompanyID: site.companyId,
    IsCloud: site.isCloudAsText ? (site.cloud ? 'True' : 'False') : site.cloud,
    SiteUrl: site.siteUrl
  }
  return { status: 200, headers: {}, body: JSON.stringify(body) }
}
