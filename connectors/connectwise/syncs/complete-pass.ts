import {
  type CallContext,
  type Checkpoint,
  type ListCounts,
  type PassPage,
  type PassStart,
  SourceUnreadable,
  Type
} from '../../../plugins/connector/contract.ts'
import { endpoints } from '../api/endpoints.ts'
import { count } from '../api/list.ts'
import { scan } from '../api/scan.ts'
import { compose, ofAnyCompany, orphans } from './children.ts'
import { toReject } from './companies-by-id.ts'
import { factsOf, lacksFacts } from './company-facts.ts'
import { activeCustomers, type Filter, fitting, upTo } from './company-filter.ts'
import { type CompanyRecord, type Composition, openReading, type Reading } from './composition.ts'
import { findBorders, planRanges, type Range, readRanges, writeRanges } from './ranges.ts'
import { sideBySide } from './side-by-side.ts'

export const position = Type.Object(
  {
    ranges: Type.String({ description: 'Ranges of ids that are still to be read (ranges.ts)' }),
    bySpan: Type.Boolean({
      description: 'Children are read by spans of company ids, which are counted, or by id lists'
    })
  },
  { additionalProperties: false }
)

/** By what name a list of children is counted. */
const listOf = ({ child }: Pick<Composition<never>, 'child'>) => `${child}s`
/** A list of ids holds about 200 companies, a page a thousand children: up to so many each, spans take fewer requests. */
const childrenEach = 5

export async function begin<R extends CompanyRecord>(
  context: CallContext,
  composition: Composition<R>
): Promise<PassStart> {
  const reading = openReading(context, composition)
  const counts = await countLists(reading, true)
  const companies = counts.companies!
  const bySpan = counts[listOf(composition)]! <= childrenEach * companies
  const borders = await findBorders(reading.session, filterOf(reading), companies)
  return {
    position: { ranges: writeRanges(planRanges(borders)), bySpan },
    counts: bySpan ? counts : { companies },
    expected: companies
  }
}

export async function countLists(reading: Reading, withChildren: boolean): Promise<ListCounts> {
  const { session, composition } = reading
  const [companies, children] = await Promise.all([
    count(session, endpoints.companies, filterOf(reading)),
    withChildren ? count(session, composition.endpoint, { conditions: ofAnyCompany(composition) }) : undefined
  ])
  return { companies, ...(children === undefined ? {} : { [listOf(composition)]: children }) }
}

function filterOf({ session, wanted, composition }: Reading): Filter {
  return fitting(session, activeCustomers(wanted), composition.companyFields)
}

/** Reads every active customer. A consumer that stops reading stops the calls that run ahead of it. */
export async function* pass<R extends CompanyRecord>(
  context: CallContext,
  { ranges, bySpan }: Checkpoint,
  composition: Composition<R>
): AsyncGenerator<PassPage<R>> {
  const stop = new AbortController()
  const reading = openReading(context, composition, stop.signal)
  const open = new Set(readRanges(String(ranges)))
  try {
    for await (const { range, after, page } of sideBySide(
      [...open].map(range => readRange(reading, range, bySpan === true))
    )) {
      if (after === null) open.delete(range)
      else range.after = after
      yield { ...page, position: { ranges: writeRanges(open), bySpan: bySpan! } }
    }
  } finally {
    stop.abort(new Error('nobody reads on'))
  }
}

const edge = (id: number | null) => (id ? String(id) : null)

/** One page of one range, before it counts as read. */
interface Step<R> {
  readonly range: Range
  /** Where the range goes on after this page; null: it is at its end. */
  readonly after: number | null
  readonly page: Omit<PassPage<R>, 'position'>
}

async function* readRange<R extends CompanyRecord>(
  reading: Reading<R>,
  range: Range,
  bySpan: boolean
): AsyncGenerator<Step<R>> {
  const { session, wanted, composition } = reading
  const query = { ...upTo(filterOf(reading), range.through), fields: composition.companyFields }
  let { after } = range
  for await (const found of scan({ session, endpoint: endpoints.companies, query, lacks: lacksFacts }, after)) {
    if (range.through !== null && found.through > range.through) {
      throw new SourceUnreadable('ConnectWise sent companies that were not asked for.', 'shape')
    }
    const span = { after, through: found.more ? found.through : range.through }
    const companies = found.records.map(company => ({ company, facts: factsOf(company, wanted) }))
    const { records, seen, strangers } = await compose(reading, companies, bySpan ? { span } : {})
    // Of those that bring no company nobody asks whose they are.
    const nobodys = composition.childBringsCompany ? await orphans(reading, strangers) : []
    const page = {
      records,
      rejects: [...found.unusable.map(toReject), ...nobodys],
      covers: { after: edge(after), through: edge(span.through) },
      seen: {
        companies: found.records.length + found.unusable.length,
        ...(bySpan ? { [listOf(composition)]: seen } : {})
      }
    }
    yield { range, after: found.more ? found.through : null, page }
    after = found.through
  }
}
