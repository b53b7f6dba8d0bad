/** Defects of the kit that each connector which stands on it is tried with, beside those of its own list. */
import type { Row } from './mutant.ts'

export const ofKit: Readonly<Record<string, readonly Row[]>> = {
  'plugins/connector/kit/keyset.ts': [
    [
      'the last page of a list is skipped',
      'as-the-oracle',
      'active-customers',
      '    yield page\n    if (!page.more) return\n',
      '    if (!page.more && after > from) return\n    yield page\n    if (!page.more) return\n'
    ]
  ],
  'plugins/connector/kit/composed/compose.ts': [
    [
      'who is missing from one answer is gone',
      'gone-twice',
      'active-customers',
      '  const missing = unanswered(ids, first).filter(isId)\n',
      '  const missing: string[] = []\n'
    ]
  ],
  'plugins/connector/kit/composed/pass.ts': [
    [
      'a page does not say what it covers',
      'complete-pass',
      'active-customers',
      'covers: { after: edge(after), through: edge(span.through) },',
      'covers: { after: null, through: null },'
    ],
    [
      'a position says that everything is still to be read',
      'resumed',
      'active-customers',
      '      else range.after = after\n',
      '      else range.after = 0\n'
    ]
  ],
  'plugins/connector/kit/composed/composed-sync.ts': [
    [
      'ids are said to come in the order of text',
      'complete-pass',
      'active-customers',
      "idOrder: 'numeric'",
      "idOrder: 'text'"
    ]
  ],
  'plugins/connector/kit/composed/poll.ts': [
    [
      'a poll finds nothing',
      'edits-found',
      'active-customers',
      '  const ids = [...one.touched.keys()]\n',
      '  const ids = [...one.touched.keys()].slice(0, 0)\n'
    ]
  ]
}
