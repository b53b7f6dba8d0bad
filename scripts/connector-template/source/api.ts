import type { MyVendor } from './form.ts'

export const originOf = (site: string) =>
  site.includes('://') ? site.replace(/\/+$/, '') : `https://${site}.my-vendor.example`

/**
 * One call. A refused key is CredentialsRejected, a missing right PermissionMissing, any other odd answer
 * SourceUnreadable; the host repeats what can be repeated.
 *
 * @returns undefined: there is no such thing
 */
export async function ask<T>(_context: MyVendor, path: string): Promise<T | undefined> {
  throw new Error(`To do 4: sign the request for ${path}, send it by context.http, and name what is refused`)
}
