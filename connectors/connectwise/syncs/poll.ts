import { type PollContext, type PollPage, type Reject, type Stamps, Type } from '../../../plugins/connector/contract.ts'
import { and, idIn, moment } from '../api/conditions.ts'
import { endpoints } from '../api/endpoints.ts'
import { lastUpdated, referredId, type VendorRecord } from '../api/records.ts'
import { fullPage, type List, type ScanPage, scan } from '../api/scan.ts'
import { lacksCompany } from './children.ts'
import { readCompanies } from './companies-by-id.ts'
import { type CompanyRecord, type Composition, openReading, type Reading } from './composition.ts'
import { isSame, type Touched, touch } from './touched.ts'

export const memoFields = {
  unsent: Type.String({ description: 'The hour, and what could not be sent in it even in part: not asked for again' })
}

/** What one poll finds out before it reads. */
interface Finding {
  readonly touched: Touched
  readonly unsent: Set<string>
  /** Changed children that belong to no company. */
  readonly rejects: Reject[]
}

/**
 * Reads what changed: one question for the children and one for the companies, which give no more than ids and change
 * marks, then only those companies that were not seen so. Neither asks for a status or type, so that a company that
 * stops matching is seen. What no list of changes shows is looked at in rotation.
 */
export async function* poll<R extends CompanyRecord>(
  context: PollContext,
  composition: Composition<R>
): AsyncGenerator<PollPage<R>> {
  const reading = openReading(context, composition)
  const hour = context.now().toISOString().slice(0, 13)
  const [when, ...before] = String(context.memo?.unsent ?? '').split(' ')
  const unsent = new Set(when === hour ? before : [])
  const finding: Finding = { touched: new Map(), unsent, rejects: [] }
  await watchChildren(reading, context, finding)
  await watchCompanies(reading, context, finding)
  const rotation = await composition.lookInRotation?.(reading, context, finding.touched)
  const ids = [...finding.touched.keys()]
  for (let at = 0; at < ids.length; at += fullPage) {
    yield readTouched(reading, context, finding.touched, ids.slice(at, at + fullPage))
  }
  const memo = { ...rotation?.memo, unsent: [hour, ...unsent].join(' ') }
  yield { records: [], rejects: finding.rejects, ...rotation, memo }
}

const markOf = (key: string, record: unknown): Stamps => {
  const at = lastUpdated(record)
  return at === undefined ? {} : { [key]: at }
}

/** Changes of a list. One record that cannot be sent would make each tick search for it again, so it is left out for an hour. */
async function* changesOf(
  list: Omit<List, 'query'>,
  fields: string,
  kind: string,
  { since }: PollContext,
  { unsent }: Finding
): AsyncGenerator<ScanPage> {
  const ids = [...unsent].filter(key => key.startsWith(`${kind}:`)).map(key => key.slice(kind.length + 1))
  // As many as a URL holds beside the rest.
  const out = ids.slice(-100)
  const conditions = and(`lastUpdated>=${moment(since)}`, out.length > 0 ? idIn('id', out, 'not in') : undefined)
  for await (const page of scan({ ...list, query: { conditions, fields } })) {
    yield page
    for (const { id, payload } of page.unusable)
      if (id !== undefined && lastUpdated(payload) === undefined) unsent.add(`${kind}:${id}`)
  }
}

/** The question is the same whichever sync type asks. */
async function watchCompanies({ session }: Reading, context: PollContext, finding: Finding): Promise<void> {
  const list = { session, endpoint: endpoints.companies, shared: true }
  for await (const page of changesOf(list, 'id,_info/lastUpdated', 'company', context, finding)) {
    const changes = [...page.records, ...page.unusable].filter((one): one is VendorRecord => one.id !== undefined)
    const known = await context.known(changes.map(({ id }) => id))
    for (const change of changes) {
      const mark = markOf('company', change)
      if (!isSame(known.get(change.id)?.stamps, mark)) touch(finding.touched, change.id, 'company', mark)
    }
  }
}

/** Finds the companies of changed children. */
async function watchChildren({ session, composition }: Reading, context: PollContext, finding: Finding): Promise<void> {
  const { child, endpoint, watchFields, childBringsCompany, isRelevant } = composition
  const list = { session, endpoint, lacks: lacksCompany(child) }
  for await (const { records, unusable } of changesOf(list, watchFields, child, context, finding)) {
    const keyOf = ({ id }: { readonly id: string | undefined }) => `${child}:${id}`
    const ownerOf = ({ company }: VendorRecord) => referredId(company)!
    const known = await context.known([
      ...new Set(records.map(ownerOf)),
      ...records.map(keyOf),
      ...(childBringsCompany ? unusable.map(keyOf) : [])
    ])
    for (const record of records) {
      const key = keyOf(record)
      const mark = markOf(key, record)
      const owner = known.get(ownerOf(record))
      if (isSame(owner?.stamps, mark) || isSame(known.get(key)?.stamps, mark)) continue
      // Of a client, one that takes no part and took none before (an inactive contact) changes nothing.
      const matters = owner?.takes ? isRelevant(record) || owner.stamps[key] !== undefined : childBringsCompany
      if (matters) touch(finding.touched, ownerOf(record), key, mark)
    }
    for (const one of childBringsCompany ? unusable : []) {
      const stamps = markOf(keyOf(one), one.payload)
      if (isSame(known.get(keyOf(one))?.stamps, stamps)) continue
      finding.rejects.push({ reason: one.reason, payload: one.payload, stamps, child: true })
    }
  }
}

async function readTouched<R extends CompanyRecord>(
  reading: Reading<R>,
  context: PollContext,
  touched: Touched,
  ids: readonly string[]
): Promise<PollPage<R>> {
  const { child, stamps: stampsOf } = reading.composition
  const known = await context.known(ids)
  const { records, rejects = [], gone } = await readCompanies(reading, ids, false)
  const stamps = new Map(records.map(record => [record.company.id, record.unread?.length ? {} : stampsOf(record)]))
  // What the company itself does not keep has to be remembered by itself, or it would be read again and again.
  const looked = ids.flatMap(id =>
    [...touched.get(id)!]
      .filter(([key, mark]) => key !== 'company' && !isSame(stamps.get(id), mark))
      .map(([key, mark]) => ({ key, stamps: mark }))
  )
  const isClient = (id: string) => known.get(id)?.takes === true
  const strangers = gone.filter(id => !isClient(id))
  return {
    records,
    rejects: [
      // Of one that cannot be sent no more came than its id.
      ...rejects.map(reject => ({ stamps: touched.get(reject.externalId ?? '')?.get('company') ?? {}, ...reject })),
      ...strangers.map(id => ({
        reason: `A changed ${child} belongs to company ${id}, which ConnectWise does not have.`,
        child: true
      }))
    ],
    gone: gone.filter(isClient),
    looked
  }
}
