import { hash, randomBytes } from 'node:crypto'

/** 256 bits, as they stand in a cookie or a link. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** By what the store knows a token: whoever reads the store cannot make one of it. */
export function tokenId(token: string): string {
  return hash('sha256', token, 'base64url')
}

export function isToken(text: string | null): text is string {
  return text !== null && /^[A-Za-z0-9_-]{43}$/.test(text)
}
