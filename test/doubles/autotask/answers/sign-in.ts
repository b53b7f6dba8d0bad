import type { IncomingHttpHeaders } from 'node:http'
import { type createLockout, readHeaderKeys } from '../../kit/index.ts'
import type { ApiUser } from '../options.ts'
import { Refusal, wrong } from '../refusal.ts'

export const keyHeaders = { integrationCode: 'ApiIntegrationCode', userName: 'UserName', secret: 'Secret' } as const

export interface SignInRules {
  users: readonly ApiUser[]
  lockout: ReturnType<typeof createLockout>
  refusals: 'current' | 'old'
}

/** The API user who calls; throws 401 with an empty body for any key that is wrong, and for a user who is locked. */
export function signIn(headers: IncomingHttpHeaders, { users, lockout, refusals }: SignInRules): ApiUser {
  const given = readHeaderKeys(headers, keyHeaders)
  const user = users.find(({ userName }) => userName.toLowerCase() === given.userName.toLowerCase())
  const refused = (text: string) => (refusals === 'old' ? wrong(text) : new Refusal(401, ''))
  if (!user) throw refused('The user is not known.')
  if (user.integrationCode !== given.integrationCode) throw refused('IntegrationCode is invalid')
  if (lockout.isLocked(user.userName)) throw new Refusal(401, '')
  if (user.secret !== given.secret) {
    lockout.refuse(user.userName)
    throw new Refusal(401, '')
  }
  lockout.accept(user.userName)
  return user
}
