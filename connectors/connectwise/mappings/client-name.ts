import { RecordRejected, text } from '../../../plugins/connector/contract.ts'

/** A client without a name can be shown to nobody, so such a company is set aside. */
export function clientName(company: Readonly<Record<string, unknown>>): string {
  const name = text(company.name)
  if (name === null) throw new RecordRejected(`Company ${company.id} has no name.`)
  return name
}
