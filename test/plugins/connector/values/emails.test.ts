import t from 'tap'
import { emails } from '../../../../plugins/connector/values/index.ts'

const cleaned =
  (cases: Readonly<Record<string, readonly string[]>>) => async (t: { same: typeof import('tap').same }) => {
    for (const [typed, expected] of Object.entries(cases)) t.same(emails(typed), expected, JSON.stringify(typed))
  }

t.test(
  'field report E1: every address of a field comes by itself, without what stands around it',
  cleaned({
    'a@x.example; b@x.example': ['a@x.example', 'b@x.example'],
    'a@x.example,b@x.example c@x.example/d@x.example': ['a@x.example', 'b@x.example', 'c@x.example', 'd@x.example'],
    'Name <c@x.example>': ['c@x.example'],
    '"Jane, Doe" <jane@x.example>, Joe <joe@x.example>': ['jane@x.example', 'joe@x.example'],
    'mailto:d@x.example': ['d@x.example'],
    'mailto:d@x.example?subject=Hello&cc=e@x.example': ['d@x.example'],
    'e@x.example (personal)': ['e@x.example'],
    'Jane (jane@x.example).': ['jane@x.example'],
    'E-mail: a@x.example!': ['a@x.example'],
    "'a@x.example'": ['a@x.example'],
    '• a@x.example\n• b@x.example': ['a@x.example', 'b@x.example'],
    '\ufeff a@x.example\u200b\u00a0': ['a@x.example'],
    'a\u00adb\u200b@x.example': ['ab@x.example'],
    'a@x.example, A@X.example': ['a@x.example']
  })
)

t.test(
  'field report E1: what is no address, or stands for none, is left out',
  cleaned({
    'none@none': [],
    '@x': [],
    'f@@x': [],
    '': [],
    '  ': [],
    '@': [],
    'N/A': [],
    'call Jane': [],
    'a@b@x.example': [],
    'x@a.example@b.example': [],
    'a·b@x.example': [],
    'a@localhost': [],
    'a@10.0.0.1': [],
    '.a@x.example': [],
    'a..b@x.example': [],
    'a@-x.example': [],
    'a@x..example': [],
    'a@\u05d0a.example': [],
    'a@\u3164.example': [],
    'none@none.example': [],
    'n/a@n/a.example': [],
    'no@email.example': [],
    'noemail@noemail.example': []
  })
)

t.test(
  'every address that may exist stays, with its domain alone in lower case',
  cleaned({
    'O’Brien@x.example': ["O'Brien@x.example"],
    '‘a@x.example’': ['a@x.example'],
    "O'Brien@X.Example": ["O'Brien@x.example"],
    'Jane.Doe+tag@X.Example': ['Jane.Doe+tag@x.example'],
    'sales/support@x.example': ['sales/support@x.example'],
    '"Jane Doe"@x.example': ['"Jane Doe"@x.example'],
    'é@Exämple.example': ['é@exämple.example'],
    'ａ＠ｘ．example': ['a@x.example'],
    'a@xn--exmple-cua.example': ['a@xn--exmple-cua.example'],
    'noreply@x.example': ['noreply@x.example'],
    'none@x.example': ['none@x.example'],
    'no@nowhere.example': ['no@nowhere.example']
  })
)

t.test('a field gives a hundred addresses, and none that it cuts', async t => {
  const many = Array.from({ length: 500 }, (_, index) => `a${index}@x.example`)
  t.same(emails(many.join(' ')), many.slice(0, 100))
  t.same(emails(`${'x'.repeat(9_990)} a@x.example.more`), [])
  t.same(emails(`${'a'.repeat(65)}@x.example`), [])
  t.same(emails(`a@${'b.'.repeat(130)}example`), [])
})
