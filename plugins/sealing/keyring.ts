import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { errors } from '../errors.ts'
import type { Sealed } from '../storage/port.ts'

const algorithm = 'aes-256-gcm'
const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16
const version = 1

/** Whom a sealed record belongs to; it opens for nobody else. */
export interface Owner {
  readonly tenant: string
  readonly connectionId: string
}

/** The keys that wrap data keys. The first seals, all open. */
export interface Keyring {
  readonly activeKeyId: string
  readonly keyIds: readonly string[]
  /** A new data key for each call. */
  seal(owner: Owner, fields: Readonly<Record<string, string>>): Sealed
  /** @throws HOST_ERR_UNSEAL for an unknown key, a changed record or another owner's */
  open(owner: Owner, sealed: Sealed): Record<string, string>
  /** The same fields with their data key wrapped by the active key; the fields themselves are not opened. @throws HOST_ERR_UNSEAL */
  rewrap(owner: Owner, sealed: Sealed): Sealed
  /** A value that tells a key from another of the same id, and nothing about it; kept in the store's meta. @throws HOST_ERR_UNSEAL for an unknown id */
  check(keyId: string): string
  verify(keyId: string, checkValue: string): boolean
  /**
   * Names a text without telling it: nobody without the key can find the text by trying. Another `purpose` gives
   * another name; so does another active key.
   */
  nameOf(purpose: string, text: string): string
  /** Whether `name` was given to this text, by whichever key of the ring. */
  isNameOf(purpose: string, text: string, name: string): boolean
}

/** @param text `id:base64,id:base64` @throws HOST_ERR_KEYS_INVALID, which never shows what was given */
export function createKeyring(text: string): Keyring {
  const keys = parseKeys(text)
  const keyIds = [...keys.keys()]
  const activeKeyId = keyIds[0]!

  function keyOf(id: string): Buffer {
    const key = keys.get(id)
    if (!key) throw new errors.HOST_ERR_UNSEAL(`its wrapping key "${id}" is not in ENCRYPTION_KEYS.`)
    return key
  }

  function unwrap(owner: Owner, sealed: Sealed): Buffer {
    if (sealed.v !== version)
      throw new errors.HOST_ERR_UNSEAL(`it has format ${sealed.v}, this program knows ${version}.`)
    return decrypt(keyOf(sealed.kek), sealed.wrappedKey, keyContext(owner, sealed.kek, Object.keys(sealed.fields)))
  }

  function wrap(owner: Owner, dataKey: Buffer, fields: Sealed['fields']): Sealed {
    const context = keyContext(owner, activeKeyId, Object.keys(fields))
    return { v: version, kek: activeKeyId, wrappedKey: encrypt(keyOf(activeKeyId), dataKey, context), fields }
  }

  const check = (keyId: string) =>
    createHmac('sha256', keyOf(keyId)).update(`integration-host key check ${version}`).digest('base64')

  const named = (keyId: string, purpose: string, text: string) => {
    const naming = createHmac('sha256', keyOf(keyId)).update(`integration-host names ${version}`).digest()
    const name = createHmac('sha256', naming)
      .update(JSON.stringify([purpose, text]))
      .digest('base64url')
    return `${keyId}.${name}`
  }

  return {
    activeKeyId,
    keyIds,
    check,

    seal(owner, fields) {
      const dataKey = randomBytes(keyBytes)
      const sealFields = Object.entries(fields).map(([name, value]) => [
        name,
        encrypt(dataKey, Buffer.from(value), fieldContext(owner, name))
      ])
      return wrap(owner, dataKey, Object.fromEntries(sealFields))
    },

    open(owner, sealed) {
      const dataKey = unwrap(owner, sealed)
      const opened = Object.entries(sealed.fields).map(([name, value]) => [
        name,
        decrypt(dataKey, value, fieldContext(owner, name)).toString()
      ])
      return Object.fromEntries(opened)
    },

    rewrap: (owner, sealed) => wrap(owner, unwrap(owner, sealed), sealed.fields),

    verify: (keyId, checkValue) => isEqual(check(keyId), checkValue),
    nameOf: (purpose, text) => named(activeKeyId, purpose, text),
    isNameOf: (purpose, text, name) => keyIds.some(keyId => isEqual(named(keyId, purpose, text), name))
  }
}

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function parseKeys(text: string): Map<string, Buffer> {
  const keys = new Map<string, Buffer>()
  for (const [index, entry] of text.split(',').entries()) {
    const [, id, encoded] = /^\s*([A-Za-z0-9][A-Za-z0-9._-]{0,63}):([A-Za-z0-9+/]+={0,2})\s*$/.exec(entry) ?? []
    const key = Buffer.from(encoded ?? '', 'base64')
    if (!id || !encoded || key.length !== keyBytes || key.toString('base64') !== encoded.padEnd(44, '=')) {
      // By position, not by its text: what stands before the colon may be a key put in the wrong place.
      throw refuse(`entry ${index + 1} is not an id and a key`)
    }
    if (keys.has(id)) throw refuse(`entry ${index + 1} has the id of an earlier one`)
    keys.set(id, key)
  }
  return keys
}

function refuse(reason: string): Error {
  return new errors.HOST_ERR_KEYS_INVALID(
    `${reason}. Allowed: id:base64,id:base64, each id unique (letters, digits, ".", "_", "-", up to 64), each key ${keyBytes} random bytes in base64 ("openssl rand -base64 32" makes one). The first seals, all open.`
  )
}

// JSON arrays, so that no two different contexts have the same bytes whatever the names contain.
function fieldContext(owner: Owner, name: string): Buffer {
  return Buffer.from(JSON.stringify(['field', version, owner.tenant, owner.connectionId, name]))
}

/** Names all fields, so that none can be taken away or put in. */
function keyContext(owner: Owner, kek: string, names: readonly string[]): Buffer {
  return Buffer.from(JSON.stringify(['data-key', version, owner.tenant, owner.connectionId, kek, names.toSorted()]))
}

/** base64 of nonce, ciphertext, tag */
function encrypt(key: Buffer, plain: Buffer, context: Buffer): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(context)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64')
}

function decrypt(key: Buffer, text: string, context: Buffer): Buffer {
  const bytes = Buffer.from(text, 'base64')
  // base64 has several spellings for one value; only the one that was written is taken.
  if (bytes.length < nonceBytes + tagBytes || bytes.toString('base64') !== text) throw changed()
  const nonce = bytes.subarray(0, nonceBytes)
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
    .setAAD(context)
    .setAuthTag(bytes.subarray(-tagBytes))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()])
  } catch {
    throw changed()
  }
}

function changed(): Error {
  return new errors.HOST_ERR_UNSEAL(
    'it was changed, belongs to another connection, or ENCRYPTION_KEYS has another key under the same id.'
  )
}
