import { text, type Unread } from 'integration-host/connector'
import {
  type Composition,
  folded,
  labelIn,
  lookInRotation,
  type Offspring,
  stampsWith,
  type VendorRecord
} from 'integration-host/connector/kit'
import { type Entity, entities } from '../api/entities.ts'
import { labelsOf, tableOf } from '../api/lists.ts'
import type { Context } from '../form.ts'
import { type ComposedContract, reckonedOn, rowInForce } from '../mappings/terms.ts'
import { childrenOf } from './children.ts'
import { type CompanyRecord, companyStamps, factsOf, ofCompany } from './companies.ts'
import { openLines, unreadCost } from './contract-lines.ts'
import { readAmounts, readHeld } from './contract-parts.ts'
import type { Reading } from './reading.ts'
import { looksPerPoll, unitMark, unitsListed } from './rotation.ts'

/** A company with its contracts and all that says what they cost. */
export interface ContractsRecord extends CompanyRecord {
  readonly contracts: readonly ComposedContract[]
  /** The day, UTC, for which costs are reckoned: the same record of another day may cost something else. */
  readonly asOf: string
  /** Whether one of them has to be in effect on that day. */
  readonly onlyCurrent: boolean
}

export const contractChildren = childrenOf({
  one: 'contract',
  entity: entities.contracts,
  stamps: ['lastModifiedDateTime'],
  watched: [],
  filter: [],
  isRelevant: () => true,
  // A first contract makes a customer take part that did not.
  bringsParent: true
})

/** Where the amounts of a type of contract are, by its label. */
const amountsOf: Readonly<Record<string, Entity>> = {
  'block hours': entities.blocks,
  retainer: entities.retainers,
  'fixed price': entities.milestones
}

export const withContracts: Composition<Reading, ContractsRecord, Context> = {
  ...ofCompany,
  children: contractChildren,
  stamps({ company, contracts, asOf }) {
    const all = contracts.map(({ contract }) => contract)
    const stamps = stampsWith(companyStamps(company), contractChildren, all)
    for (const { contract, lines, parts } of contracts) {
      const on = reckonedOn(contract, asOf)
      for (const part of parts) stamps[`part:${contract.id}/${part.id}`] = ''
      for (const line of lines) {
        const key = `${contract.id}/${line.key}`
        stamps[`service:${key}`] = unitMark(rowInForce(line.rows, on), asOf)
        // Listed as long as a name is shown, so that vendors that are hidden are taken away from none.
        if (line.vendor !== null) stamps[`vendor:${key}`] = ''
      }
    }
    return stamps
  },
  async make(reading, found, children) {
    const [factsFor, compose] = await Promise.all([factsOf(reading, found), openComposing(reading, found, children)])
    return found.map(company => {
      const unread = [...(children?.unread(company.id) ?? [])]
      const contracts = compose(company, unread)
      const onlyCurrent = reading.settings.contracts === 'current'
      return { company, facts: factsFor(company), contracts, unread, asOf: reading.asOf, onlyCurrent }
    })
  },
  lookInRotation: (reading, context, touched) =>
    lookInRotation(context, touched, {
      size: looksPerPoll,
      kind: 'service',
      listed: turn => unitsListed(reading, turn)
    })
}

/** @returns what makes the contracts of a company, and tells what of them cannot be read */
async function openComposing(
  reading: Reading,
  companies: readonly VendorRecord[],
  children: Offspring | null
): Promise<(company: VendorRecord, unread: Unread[]) => ComposedContract[]> {
  const all = companies.flatMap(({ id }) => children?.of(id) ?? [])
  if (all.length === 0) return () => []
  const { session } = reading
  const [types, statuses, currencies] = await Promise.all([
    labelsOf(session, entities.contracts, 'contractType'),
    labelsOf(session, entities.contracts, 'status'),
    tableOf(session, entities.currencies)
  ])
  const byType = Map.groupBy(all, ({ contractType }) => folded(labelIn(types, contractType) ?? ''))
  const ofType = (label: string) => byType.get(label) ?? []
  const [services, bundles, ...amounts] = await Promise.all([
    readHeld(reading, 'service', ofType('recurring service')),
    readHeld(reading, 'bundle', ofType('recurring service')),
    ...Object.entries(amountsOf).map(([label, entity]) => readAmounts(reading, entity, ofType(label)))
  ])
  const linesOf = await openLines(reading, all, [services, bundles])
  const parts = [services.held, services.rows, bundles.held, bundles.rows, ...amounts]
  return (company, unread) =>
    children!.of(company.id).map(contract => {
      const [missing] = parts.flatMap(part => part.unread(contract.id))
      if (missing) unread.push(...unreadCost(contract.id, missing.reason))
      return {
        contract,
        type: labelIn(types, contract.contractType),
        status: labelIn(statuses, contract.status),
        currency: text(currencies.get(text(company.currencyID) ?? '')?.name),
        lines: linesOf(contract, unread),
        parts: amounts.flatMap(part => part.of(contract.id))
      }
    })
}
