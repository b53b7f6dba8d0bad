import type { Rule } from '../../../plugins/connector/contract.ts'
import type { CompanyFacts } from './company-facts.ts'
import { quoted } from './wanted.ts'

interface WithFacts {
  readonly facts: CompanyFacts
}

/** When a company counts as an active customer; both sync types begin with these. */
export const activeCustomerRules: readonly Rule<WithFacts>[] = [
  {
    name: 'type',
    title: 'Type must be set to Customer, or to one of the types chosen in the settings',
    short: 'another type',
    about: 'client',
    test({ facts }) {
      if (facts.typeMatches) return true
      const wanted = quoted(facts.wantedTypes)
      return facts.types.length === 0
        ? `It has no type; one of ${wanted} is wanted`
        : `Type is ${facts.types.map(type => `"${type}"`).join(', ')}, not ${wanted}`
    }
  },
  {
    name: 'status',
    title: 'Status must be Active, or one of the statuses chosen in the settings',
    short: 'another status',
    about: 'client',
    test({ facts }) {
      if (facts.statusMatches) return true
      const wanted = quoted(facts.wantedStatuses)
      return facts.status === null
        ? `It has no status; ${wanted} is wanted`
        : `Status is "${facts.status}", not ${wanted}`
    }
  },
  {
    name: 'not-deleted',
    title: 'The company must not be deleted or merged into another',
    short: 'deleted or merged',
    about: 'client',
    test({ facts }) {
      return facts.deleted ? 'It is deleted in ConnectWise, or was merged into another company' : true
    }
  }
]

export const hasAgreement: Rule<{ readonly agreements: readonly unknown[] }> = {
  name: 'has-agreement',
  title: 'Customer must have at least one agreement',
  short: 'no agreement',
  about: 'sync-type',
  test: ({ agreements }) => (agreements.length > 0 ? true : 'It has no agreement')
}
