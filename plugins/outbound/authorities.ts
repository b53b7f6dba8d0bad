import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { errors } from '../errors.ts'

const certificates = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

/** The certificates of OUTBOUND_CA, trusted beside the usual authorities. @throws HOST_ERR_CONFIG */
export function readAuthorities(path: string): string {
  const refuse = (reason: string) => new errors.HOST_ERR_CONFIG(`OUTBOUND_CA: ${path} cannot be used: ${reason}.`)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw refuse(`it cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
  if (/PRIVATE KEY/.test(text)) throw refuse('it holds a private key; only certificates belong into it')
  const found = text.match(certificates) ?? []
  if (found.length === 0) throw refuse('it holds no certificate in PEM ("-----BEGIN CERTIFICATE-----")')
  for (const [at, pem] of found.entries()) {
    try {
      new X509Certificate(pem)
    } catch {
      throw refuse(`certificate ${at + 1} of ${found.length} in it is damaged`)
    }
  }
  return found.join('\n')
}
