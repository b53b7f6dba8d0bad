import { type Children, inParallel, type Outcome, passed, readSome, within } from 'integration-host/connector/kit'
import { type Entity, entities } from '../api/entities.ts'
import { labelsOf, listOf } from '../api/lists.ts'
import type { Context } from '../form.ts'
import { howToGrant } from '../permissions.ts'
import { companies } from '../syncs/companies.ts'
import type { Reading } from '../syncs/reading.ts'
import { contactChildren } from '../syncs/with-contacts.ts'
import { contractChildren } from '../syncs/with-contracts.ts'
import type { Findings } from './names.ts'

/** Records of a page: enough to see that its fields are there. */
const pageSize = 10

/**
 * Asks what a sync asks, in small, so that an account that passes syncs. What cannot be read keeps no other from being
 * tried, so that all that is missing shows at once.
 */
export async function tryReading(context: Context, reading: Reading, findings: Findings): Promise<void> {
  const { session } = reading
  const since = new Date(context.now().getTime() - 3_600_000)
  /** A level that hides rows does so without an error. */
  const isRestricted = async (entity: Entity) => {
    const { body } = await session.ask({ entity, path: `${entity.path}/entityInformation` })
    return within(body, 'info', 'userAccessForQuery') === 2
  }
  const ofCompanies = async () => {
    const [records, count] = await Promise.all([
      readSome(companies.candidates(reading, null), pageSize),
      companies.countCandidates(reading),
      readSome(companies.changedSince(reading, since, []), pageSize)
    ])
    return { records, count, restricted: await isRestricted(entities.companies) }
  }
  const found = await findings.ask('companies-readable', ofCompanies, ({ count, restricted }) =>
    counted(count, 'active companies of the chosen types', entities.companies, restricted)
  )
  const ids = (found?.records ?? []).map(({ id }) => id)
  const ofChildren = (children: Children<Reading>, entity: Entity) => async () => {
    const [count] = await Promise.all([
      children.count(reading),
      children.ofParents(reading, ids, false),
      readSome(children.changedSince(reading, since, []), pageSize)
    ])
    // Contacts are shown and hidden with their companies.
    return { count, restricted: entity === entities.contracts && (await isRestricted(entity)) }
  }
  const { contacts, contracts } = entities
  await findings.ask('contacts-readable', ofChildren(contactChildren, contacts), ({ count, restricted }) =>
    counted(count, 'active contacts', contacts, restricted)
  )
  await findings.ask('contracts-readable', ofChildren(contractChildren, contracts), ({ count, restricted }) =>
    counted(count, 'contracts', contracts, restricted)
  )
  /** A page of each, and what their numbers mean. */
  const samplesOf =
    (labelled: Entity, field: string, ...of: Entity[]) =>
    async () => {
      await labelsOf(session, labelled, field)
      return inParallel(of, entity => readSome(listOf(session, entity, { filter: [] }), pageSize))
    }
  const { contractServices, serviceUnits, contractBundles, bundleUnits, blocks, retainers, milestones } = entities
  const costs = [contractServices, serviceUnits, contractBundles, bundleUnits, blocks, retainers, milestones]
  await findings.ask('contract-costs-readable', samplesOf(contracts, 'contractType', ...costs), () =>
    passed('What contracts hold and cost can be read.')
  )
  const { services, bundles, bundleMembers, currencies, countries } = entities
  const catalogue = [services, bundles, bundleMembers, currencies, countries]
  await findings.ask('catalogue-readable', samplesOf(services, 'periodType', ...catalogue), () =>
    passed('The catalogue of services can be read.')
  )
}

/** The number is told, so that whoever knows the account sees at once if it is too small. */
function counted(count: number, what: string, { permission }: Entity, restricted: boolean): Outcome {
  const message = `Autotask shows ${count.toLocaleString('en-US')} ${what}.`
  if (!restricted && count > 0) return passed(message)
  const why = restricted
    ? 'The security level of the API user hides some, without an error.'
    : 'A security level or line of business that hides them looks the same.'
  const fix = `If there are more: ${why} ${howToGrant(permission)}`
  return passed(message, { fix, remark: restricted ? `${message} ${why}` : undefined })
}
