/** Losses in words, for statuses and verdicts. */
import { type LossKind, lossKinds } from '../entities/loss.ts'

const nouns: Readonly<Record<LossKind, readonly [one: string, many: string]>> = {
  clients: ['client', 'clients'],
  addresses: ['street address', 'street addresses'],
  emails: ['e-mail list', 'e-mail lists'],
  phones: ['phone list', 'phone lists'],
  websites: ['website list', 'website lists'],
  agreements: ['agreement', 'agreements'],
  costs: ['cost of an agreement', 'costs of agreements'],
  vendors: ['vendor of an agreement', 'vendors of agreements']
}

/** `1 client`, `1,200 clients` */
export function kindInWords(kind: LossKind, count: number): string {
  return `${count.toLocaleString('en')} ${nouns[kind][count === 1 ? 0 : 1]}`
}

/** `36 e-mail lists and 12 agreements` */
export function countedInWords(kinds: Readonly<Partial<Record<LossKind, { readonly held: number }>>>): string {
  return enumerated(
    lossKinds.flatMap(kind => {
      const count = kinds[kind]?.held ?? 0
      return count === 0 ? [] : [kindInWords(kind, count)]
    })
  )
}

const fields: Readonly<Record<string, string>> = {
  client: 'the client itself',
  address: 'its street address',
  emails: 'its e-mail addresses',
  phones: 'its phone numbers',
  websites: 'its websites'
}

/** `its e-mail addresses` of `emails`, `the cost of agreement 7` of `cost:7`. */
export function keyInWords(key: string): string {
  const colon = key.indexOf(':')
  if (colon === -1) return fields[key] ?? key
  const [kind, id] = [key.slice(0, colon), key.slice(colon + 1)]
  return kind === 'agreement' ? `agreement ${id}` : `the ${kind} of agreement ${id}`
}

/** `a`, `a and b`, `a, b and c` */
export function enumerated(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}
