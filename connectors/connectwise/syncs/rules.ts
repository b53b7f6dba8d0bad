import type { Rule } from '../../../plugins/connector/contract.ts'
import { type CompanyFacts, quoted } from './company-facts.ts'

/** When a company counts as an active customer; both sync types begin with these. */
export const activeCustomerRules: readonly Rule<{ readonly facts: CompanyFacts }>[] = [
  {
    name: 'type',
    title: 'Type must be set to Customer, or to one of the types chosen in the settings',
    short: 'another type',
    about: 'client',
    bySettings: true,
    test: ({ facts: { typeMatches, types, wanted } }) =>
      typeMatches ||
      (types.length === 0
        ? `It has no type; one of ${quoted(wanted.types, ' or ')} is wanted`
        : `Type is ${quoted(types, ', ')}, not ${quoted(wanted.types, ' or ')}`)
  },
  {
    name: 'status',
    title: 'Status must be Active, or one of the statuses chosen in the settings',
    short: 'another status',
    about: 'client',
    bySettings: true,
    test: ({ facts: { statusMatches, status, wanted } }) =>
      statusMatches || `Status is "${status ?? '(without a name)'}", not ${quoted(wanted.statuses, ' or ')}`
  },
  {
    name: 'not-deleted',
    title: 'The company must not be deleted or merged into another',
    short: 'deleted or merged',
    about: 'existence',
    test: ({ facts }) => !facts.deleted || 'It is deleted in ConnectWise, or was merged into another company'
  }
]

export const hasAgreement: Rule<{ readonly agreements: readonly unknown[] }> = {
  name: 'has-agreement',
  title: 'Customer must have at least one agreement',
  short: 'no agreement',
  about: 'sync-type',
  test: ({ agreements }) => agreements.length > 0 || 'It has no agreement'
}
