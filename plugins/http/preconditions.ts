/** Revisions as entity tags: who changes something may say which revision was seen. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { errors } from '../errors.ts'

/** The revisions that the caller takes; null: any. */
export type Expected = readonly number[] | null

export const IfMatch = Type.Object({
  'if-match': Type.Optional(
    Type.String({
      maxLength: 1000,
      description: 'ETag of the revision that was read; another one by now is 412, and nothing is done',
      examples: ['"7"']
    })
  )
})

/** Tags that are no revision of ours match nothing, as HTTP has it. */
export function expectedOf(request: FastifyRequest): Expected {
  const text = request.headers['if-match']
  if (text === undefined || text.trim() === '*') return null
  return text.split(',').flatMap(tag => {
    const [, digits] = /^\s*"(\d{1,15})"\s*$/.exec(tag) ?? []
    return digits === undefined ? [] : [Number(digits)]
  })
}

/** Throws HOST_ERR_CHANGED_MEANWHILE. */
export function requireExpected(expected: Expected, rev: number): void {
  if (expected !== null && !expected.includes(rev)) throw new errors.HOST_ERR_CHANGED_MEANWHILE(String(rev))
}

export function withTag(reply: FastifyReply, { rev }: { readonly rev: number }): void {
  reply.header('etag', `"${rev}"`)
}
