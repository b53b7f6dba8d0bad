import type { Address } from '../../entities/shapes/client.ts'
import { text } from './text.ts'

/** A postal address of parts as the vendor has them: what is empty is null, and so is an address of which nothing is filled. */
export function address(parts: { readonly [Part in keyof Address]?: unknown } | null | undefined): Address | null {
  const filled: Address = {
    line1: text(parts?.line1),
    line2: text(parts?.line2),
    city: text(parts?.city),
    state: text(parts?.state),
    postalCode: text(parts?.postalCode),
    country: text(parts?.country)
  }
  const { line1, line2, city, state, postalCode, country } = filled
  return (line1 ?? line2 ?? city ?? state ?? postalCode ?? country) === null ? null : filled
}
