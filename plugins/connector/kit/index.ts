/**
 * What connectors have in common, so that each holds nothing but its vendor: docs/write-a-connector.md (10) goes
 * through it. A connector may import this file beside the contract, and nothing behind it.
 */
export { patiently, type Usage, usageInWords } from './allowance.ts'
export { type Answer, chunksOf, readByIds, unanswered } from './by-ids.ts'
export { agreementsCard, childRule, customersCard, statusRule, typeRule } from './cards.ts'
export { type FindingsOf, failed, type Otherwise, type Outcome, openFindings, passed, skipped } from './checks.ts'
export { agreementsOn, clientNameOf } from './clients.ts'
export { ofCompanyRecord, type RecordOfCompany } from './company-record.ts'
export { composedSync } from './composed/composed-sync.ts'
export {
  type Children,
  type Composition,
  type Parents,
  type Purpose,
  type Span,
  stampsWith
} from './composed/composition.ts'
export type { PreviewPlan } from './composed/preview.ts'
export { lookInRotation, type Place } from './composed/rotation.ts'
export { contextWith } from './context-with.ts'
export { firstAlone } from './first-alone.ts'
export { inParallel } from './in-parallel.ts'
export { isTooMuch, type KeysetList, type PageAnswer, type PageAsk, readAll, readSome, scan } from './keyset.ts'
export { folded, idsOf, type Label, labelIn, namesField, quoted, resolveNames, settingsOf } from './labels.ts'
export { largestFirst, vendorsOf } from './largest-first.ts'
export { fieldsFound, type Notes, openNotes } from './notes.ts'
export { type Kinship, lacksParent, type Offspring, offspringOf } from './offspring.ts'
export { once } from './once.ts'
export {
  type Found,
  firstThenById,
  isId,
  readCount,
  readId,
  readRecords,
  suspicious,
  type VendorRecord
} from './records.ts'
export { howToGrantIn } from './rights.ts'
export { openShelf, type Shelf, type Shelved } from './shelf.ts'
export { dayAfter, firstAfter, firstChange, latest, utc } from './times.ts'
export { idWithin, listWithin, within } from './within.ts'
