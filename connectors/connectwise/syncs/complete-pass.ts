import { type Page, type ReadContext, type Reject, text } from '../../../plugins/connector/contract.ts'
import { endpoints } from '../api/endpoints.ts'
import { count, readFirstPage } from '../api/list.ts'
import { lastUpdated } from '../api/records.ts'
import { scan } from '../api/scan.ts'
import { asSyncCheckpoint, earlier, joinIds, type SyncCheckpoint, wantedFrom, windowStart } from './checkpoint.ts'
import { factsOf } from './company-facts.ts'
import { activeCustomers, type Filter, fitting, withinRange } from './company-filter.ts'
import type { CompanyRecord, Composition, Reading } from './composition.ts'
import { countAtEnd, freshSince } from './count-at-end.ts'
import { PassedOver } from './passed-over.ts'
import { isWorthSplitting, planRanges, type Range, readRanges, writeRanges } from './ranges.ts'
import { sideBySide } from './side-by-side.ts'
import { readSetup, requireFound, resolve } from './wanted.ts'

type PassCheckpoint = Required<SyncCheckpoint>

/** One page of one range, before it counts as read. */
interface Step<R> {
  readonly range: Range
  readonly from: number
  /** Where the range stands after this page; null: at its end. */
  readonly to: number | null
  readonly companies: readonly CompanyRecord[]
  readonly records: readonly R[]
  /** Companies that cannot be read. */
  readonly rejects: readonly Reject[]
  readonly childRejects: readonly Reject[]
  readonly passedOver: readonly (readonly [key: string, lastUpdated: string | undefined])[]
}

/** Reads every active customer. The last page is empty: it carries the vendor's count and where polling begins. */
export async function* readCompletePass<R extends CompanyRecord>(
  reading: Reading,
  context: ReadContext,
  composition: Composition<R>
): AsyncGenerator<Page<R>> {
  const resumed = context.checkpoint && asSyncCheckpoint(context.checkpoint)
  const pass = resumed?.ranges === undefined ? await begin(reading) : (resumed as PassCheckpoint)
  const ranges = readRanges(pass.ranges)
  const passedOver = new PassedOver(windowStart(pass.mark), pass.passedOver)
  const filter = fitting(
    reading.session,
    activeCustomers(wantedFrom(reading.settings, pass)),
    composition.companyFields
  )
  const isFresh = freshSince(pass.mark)
  let { seen, seenFresh, childRejects } = pass

  const open = ranges.filter(({ at }) => at !== null)
  for await (const step of sideBySide(open.map(range => () => readRange(reading, composition, pass, filter, range)))) {
    step.range.at = step.to
    seen += step.companies.length + step.rejects.length
    seenFresh += step.companies.filter(({ company }) => isFresh(lastUpdated(company))).length
    childRejects += step.childRejects.length
    for (const [key, changed] of step.passedOver) passedOver.add(key, changed)
    yield {
      records: step.records,
      rejects: [...step.rejects, ...step.childRejects],
      covers: {
        after: step.from === 0 ? null : String(step.from),
        through: step.to === null ? boundOf(step.range) : String(step.to)
      },
      checkpoint: {
        ...pass,
        passedOver: passedOver.toString(),
        ranges: writeRanges(ranges),
        seen,
        seenFresh,
        childRejects
      },
      expected: pass.expected
    }
  }

  const { mark, typeIds, statusIds } = pass
  yield {
    records: [],
    checkpoint: { mark, typeIds, statusIds, passedOver: passedOver.toString() },
    // The host counts what is set aside as read, so children set aside are added on both sides.
    sourceCount: (await countAtEnd(reading.session, filter, { ...pass, seen, seenFresh })) + childRejects
  }
}

async function begin({ context, session, settings }: Reading): Promise<PassCheckpoint> {
  const startedAt = context.now()
  const setup = await readSetup(session)
  const wanted = resolve(settings, setup)
  requireFound(wanted, setup)
  const filter = fitting(session, activeCustomers(wanted), 'x'.repeat(300))
  const expected = await count(session, endpoints.companies, filter)
  let largestId = 0
  if (isWorthSplitting(expected)) {
    const query = { ...filter, fields: 'id', orderBy: 'id desc', pageSize: 1 }
    const [last] = await readFirstPage(session, endpoints.companies, query)
    largestId = Number(last?.id ?? 0)
  }
  return {
    mark: earlier(startedAt, session.vendorDate).toISOString(),
    typeIds: joinIds(wanted.typeIds),
    statusIds: joinIds(wanted.statusIds),
    passedOver: '',
    ranges: writeRanges(planRanges(expected, largestId)),
    expected,
    seen: 0,
    seenFresh: 0,
    childRejects: 0
  }
}

async function* readRange<R extends CompanyRecord>(
  reading: Reading,
  composition: Composition<R>,
  pass: PassCheckpoint,
  filter: Filter,
  range: Range
): AsyncGenerator<Step<R>> {
  const { session, settings } = reading
  const wanted = wantedFrom(settings, pass)
  const query = { ...withinRange(filter, range.through), fields: composition.companyFields }
  let from = range.at ?? range.after
  for await (const page of scan({ session, endpoint: endpoints.companies, query }, from)) {
    const to = page.more ? page.through : null
    const companies = page.records.map(company => ({ company, facts: factsOf(company, wanted) }))
    const span = {
      after: from === 0 ? null : String(from),
      through: to === null ? boundOf(range) : String(to)
    }
    const { records, rejects: childRejects, strangers } = await composition.compose(reading, companies, span)
    const idle = records.filter(record => !takesPart(composition, record))
    yield {
      range,
      from,
      to,
      companies,
      records,
      rejects: page.rejects,
      childRejects,
      passedOver: [
        ...idle.map(({ company }) => [`c${company.id}`, lastUpdated(company)] as const),
        ...strangers.map(child => [`a${child.id}`, lastUpdated(child)] as const)
      ]
    }
    from = page.through
  }
}

const boundOf = ({ through }: Range) => (through === null ? null : String(through))

function takesPart<R extends CompanyRecord>({ rules }: Composition<R>, record: R): boolean {
  return text(record.company.name) !== null && rules.every(rule => rule.test(record) === true)
}
