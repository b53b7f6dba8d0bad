/** What is typed into the form for the double's own account. */
import { apiAccount } from '../../doubles/connectwise/index.ts'

/** As the vendor documents the order of the keys. */
export function credentialsFor(origin: string) {
  const { companyId, publicKey, privateKey, clientId } = apiAccount
  return { username: `${companyId}+${publicKey}`, password: privateKey, domain: origin, apiVersion: '', clientId }
}

/** As the install instructions have it. */
export function swappedCredentialsFor(origin: string) {
  const { companyId, publicKey, privateKey } = apiAccount
  return { ...credentialsFor(origin), username: `${companyId}+${privateKey}`, password: publicKey }
}
