import type { Rule } from 'integration-host/connector'
import { childRule, quoted, typeRule } from 'integration-host/connector/kit'
import type { CompanyFacts } from './companies.ts'

type OfCompany = Rule<{ readonly facts: CompanyFacts }>

export const isOfType = typeRule<{ readonly facts: CompanyFacts }>(
  ({ facts: { typeMatches, types, wanted } }) =>
    typeMatches ||
    (types.length === 0
      ? `It has no type; one of ${quoted(wanted.types)} is wanted`
      : `Type is ${quoted(types, ', ')}, not ${quoted(wanted.types)}`)
)

export const isInStatus: OfCompany = {
  name: 'status',
  title: 'Status must be Active, or one of the statuses chosen in the settings',
  short: 'another status',
  about: 'client',
  bySettings: true,
  test: ({ facts: { statusMatches, status, wanted } }) =>
    statusMatches || `Status is "${status ?? '(without a name)'}", not ${quoted(wanted.statuses)}`
}

export const isNotDeleted: OfCompany = {
  name: 'not-deleted',
  title: 'The company must not be deleted or merged into another',
  short: 'deleted or merged',
  about: 'existence',
  test: ({ facts }) => !facts.deleted || 'It is deleted in ConnectWise, or was merged into another company'
}

/** When a company counts as an active customer; both sync types begin with these. */
export const activeCustomerRules = [isOfType, isInStatus, isNotDeleted]

export const hasAgreement = childRule<{ readonly agreements: readonly unknown[] }>(
  'agreement',
  ({ agreements }) => agreements.length > 0 || 'It has no agreement'
)
