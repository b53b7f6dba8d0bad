import {
  type CallContext,
  CredentialsRejected,
  type HttpResponse,
  PermissionMissing
} from '../../../plugins/connector/contract.ts'
import { additionsOf, type Endpoint, endpoints } from '../api/endpoints.ts'
import { lastUpdated, readRecords, type VendorRecord } from '../api/records.ts'
import type { Session } from '../api/session.ts'
import { howToGrant, type Permission, permissions } from '../permissions.ts'
import { inWords } from './failure-words.ts'
import { type CheckName, type Findings, failed, type Outcome, passed, skipped } from './outcome.ts'

type Look = (context: CallContext, session: Session) => Promise<Outcome[]>

/** Reads one small page; the records, or the outcome of a check that failed. */
async function tryList(
  context: CallContext,
  session: Session,
  name: CheckName,
  endpoint: Endpoint & { readonly permission: Permission },
  query: { readonly fields: string; readonly pageSize: number }
): Promise<readonly VendorRecord[] | Outcome> {
  try {
    const response: HttpResponse = await session.ask(endpoint, { query, attempts: 2 })
    return readRecords(response.body, endpoint.path).records
  } catch (failure) {
    if (failure instanceof PermissionMissing) {
      const right = permissions[endpoint.permission].name
      return failed(
        name,
        `The API member may not read this: its security role lacks "${right}".`,
        howToGrant(endpoint.permission)
      )
    }
    if (failure instanceof CredentialsRejected) return failed(name, failure.message, 'Type the credentials again.')
    const { message, fix } = inWords(failure, context.signal)
    return failed(name, message, fix)
  }
}

const isOutcome = (found: readonly VendorRecord[] | Outcome): found is Outcome => !Array.isArray(found)

const companies: Look = async (context, session) => {
  const query = { fields: 'id,_info/lastUpdated', pageSize: 10 }
  const found = await tryList(context, session, 'companies-readable', endpoints.companies, query)
  if (isOutcome(found)) return [found]
  if (found.length === 0) {
    const fix = `If it has some, ${howToGrant('companies')} A level other than "All" hides them.`
    return [passed('companies-readable', 'Companies can be read, but ConnectWise shows none.', fix)]
  }
  if (found.every(company => lastUpdated(company) === undefined)) {
    return [
      passed(
        'companies-readable',
        'Companies can be read, but they do not say when they changed (_info.lastUpdated is missing), so changes show only with the daily compare.',
        'Ask ConnectWise support why the API leaves out _info.lastUpdated, or compare more often.'
      )
    ]
  }
  return [passed('companies-readable', 'Companies can be read.')]
}

const contacts: Look = async (context, session) => {
  const found = await tryList(context, session, 'contacts-readable', endpoints.contacts, { fields: 'id', pageSize: 1 })
  return [isOutcome(found) ? found : passed('contacts-readable', 'Contacts can be read.')]
}

const agreements: Look = async (context, session) => {
  const found = await tryList(context, session, 'agreements-readable', endpoints.agreements, {
    fields: 'id',
    pageSize: 1
  })
  if (isOutcome(found)) return [found, skipped('additions-readable', 'Not tried: agreements cannot be read.')]
  const [agreement] = found
  if (!agreement) {
    return [
      passed(
        'agreements-readable',
        'Agreements can be read, but ConnectWise shows none.',
        `If you have agreements: ${howToGrant('agreements')} A level other than "All" hides them.`
      ),
      skipped('additions-readable', 'Not tried: there is no agreement to read additions of.')
    ]
  }
  const query = { fields: 'id', pageSize: 1 }
  const additions = await tryList(
    context,
    session,
    'additions-readable',
    additionsOf(agreement.id) as Required<Endpoint>,
    query
  )
  return [
    passed('agreements-readable', 'Agreements can be read.'),
    isOutcome(additions) ? additions : passed('additions-readable', 'Additions can be read.')
  ]
}

const catalogue: Look = async (context, session) => {
  const query = { fields: 'id', pageSize: 1 }
  const found = await tryList(context, session, 'product-catalogue-readable', endpoints.catalogue, query)
  return [isOutcome(found) ? found : passed('product-catalogue-readable', 'The product catalogue can be read.')]
}

/** Whether each right is there. None waits for another, so that all that is missing shows at once. */
export async function tryReading(context: CallContext, session: Session, findings: Findings): Promise<void> {
  const looks = [companies, contacts, agreements, catalogue]
  await Promise.all(looks.map(async look => findings.add(...(await look(context, session)))))
}
