import { address, type Contribution, emailsOf, phonesOf, websitesOf } from '../../plugins/connector/contract.ts'
import type { ExpectedClient, ExpectedLine } from '../doubles/kit/index.ts'

const lineOf = ({ value, extension, label }: ExpectedLine) => ({ typed: value, extension, label })

/** What a double's oracle says of a client that has a name, in the words of a contribution. */
export function profileOf(client: ExpectedClient): Contribution['client'] {
  const { name, emails, phones, websites } = client
  return {
    name: name!,
    address: address(client.address),
    emails: emailsOf(emails.map(lineOf)),
    phones: phonesOf(phones.map(lineOf), client.address?.country),
    websites: websitesOf(websites)
  }
}
