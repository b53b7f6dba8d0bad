import type { Rule } from 'integration-host/connector'
import { childRule, quoted, statusRule, typeRule } from 'integration-host/connector/kit'
import type { CompanyRecord } from './companies.ts'

type WithFacts = Pick<CompanyRecord, 'facts'>

export const isOfType = typeRule<WithFacts>(
  ({ facts: { typeMatches, types, wanted } }) =>
    typeMatches ||
    (types.length === 0
      ? `It has no type; one of ${quoted(wanted.types)} is wanted`
      : `Type is ${quoted(types, ', ')}, not ${quoted(wanted.types)}`)
)

export const isInStatus = statusRule<WithFacts>(
  ({ facts: { statusMatches, status, wanted } }) =>
    statusMatches || `Status is "${status ?? '(without a name)'}", not ${quoted(wanted.statuses)}`,
  true
)

export const isNotDeleted: Rule<WithFacts> = {
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
