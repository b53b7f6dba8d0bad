import { childRule, quoted, statusRule, typeRule } from 'integration-host/connector/kit'
import { isCurrent } from '../mappings/terms.ts'
import type { CompanyRecord } from './companies.ts'
import type { ContractsRecord } from './with-contracts.ts'

type WithFacts = Pick<CompanyRecord, 'facts'>

export const isOfType = typeRule<WithFacts>(
  ({ facts: { typeMatches, type, wantedTypes } }) =>
    typeMatches || `Type is ${type === null ? 'a number without a label' : `"${type}"`}, not ${quoted(wantedTypes)}`
)
export const isActive = statusRule<WithFacts>(({ facts }) => facts.isActive || 'Status is Inactive')
/** When a company counts as an active customer; both sync types begin with these. */
export const activeCustomerRules = [isOfType, isActive]

export const hasContract = childRule<ContractsRecord>(
  'contract',
  ({ contracts, asOf, onlyCurrent }) => {
    if (contracts.length === 0) return 'It has no contract'
    return !onlyCurrent || contracts.some(one => isCurrent(one, asOf)) || 'None of its contracts is in effect today'
  },
  ', in effect today unless the settings say otherwise'
)
