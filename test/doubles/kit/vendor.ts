import type { Answer, Call, Subject } from './call.ts'

/** How a vendor's answers are built, as far as faults have to change them. */
export interface AnswerShape {
  /** The same answer with other rows in its list, its record or each part of its bundle. */
  rows: (answer: Answer, subject: Subject, edit: (rows: any[]) => unknown[]) => Answer
  /** The same answer, naming no next page. */
  last: (answer: Answer) => Answer
  /** The same answer with another number in its count. @param change gets the real one and gives JSON */
  count: (answer: Answer, change: (real: number) => string) => Answer
  /** The body of a refusal of which nothing is said but its status. */
  refusal: (status: number) => string
  /** The body of an answer that fails because of one record in it. */
  unreadable: (status: number) => string
  /** Too many requests. @param retryAfter as it is sent; undefined: without the header */
  throttled: (retryAfter: string | undefined) => Answer
}

/** Answers a part of a bundle, or gives what a fault makes of it. */
export type Part = (subject: Subject, answer: () => Answer) => Answer

/** What a double knows of its vendor; everything else is the kit's. */
export interface Vendor {
  readonly name: string
  readonly shape: AnswerShape
  /** Must be quick and never throw: it runs for every request, whatever was sent. */
  subject: (call: Call) => Subject
  /** The right answer, refusals included. What it throws is a defect of the double. */
  answer: (call: Call, part: Part) => Answer
  /** Met when a request arrives, before its latency: the refusal of one that may not come in, or how it is let in. */
  admit?: (call: Call, subject: Subject) => Admission
  /** Headers of every answer. */
  headers?: () => Record<string, string>
  /** Further request headers that the log may keep; never those that hold secrets. */
  readonly loggedHeaders?: readonly string[]
  /** What the log's counts call a path. @default the path with ids as `{id}` */
  nameOf?: (path: string) => string
}

export interface Admission {
  readonly refusal?: Answer
  /** Waits this long besides the latency. */
  readonly delayMs?: number
  /** Called when the answer is through, or its connection is gone. */
  release?(): void
}
