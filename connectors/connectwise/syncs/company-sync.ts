import { type SyncType, text } from '../../../plugins/connector/contract.ts'
import { lastUpdated } from '../api/records.ts'
import { lookup } from './companies-by-id.ts'
import { begin, countLists, pass, position } from './complete-pass.ts'
import { type CompanyRecord, type Composition, openReading } from './composition.ts'
import { poll } from './poll.ts'
import { search } from './search.ts'

/** What both sync types have alike: how companies with their children are read. */
export function companySync<R extends CompanyRecord>(composition: Composition<R>) {
  return {
    rules: composition.rules,
    idOrder: 'numeric',
    position,
    id: ({ company }) => company.id,
    stamps: composition.stamps,
    version: ({ company }) => lastUpdated(company) ?? null,
    unread: ({ unread = [] }) => unread,
    begin: context => begin(context, composition),
    pass: (context, position) => pass(context, position, composition),
    count: (context, { bySpan }) => countLists(openReading(context, composition), bySpan === true),
    poll: context => poll(context, composition),
    lookup: (context, ids) => lookup(context, ids, composition),
    search: (context, name) => search(context, name, composition)
  } satisfies Partial<SyncType<R>>
}

/** What SyncType.facts says of every company. */
export function companyFacts({ company, facts }: CompanyRecord) {
  return {
    name: text(company.name) ?? '',
    id: company.id,
    identifier: text(company.identifier),
    types: facts.types,
    status: facts.status,
    deletedOrMerged: facts.deleted
  }
}
