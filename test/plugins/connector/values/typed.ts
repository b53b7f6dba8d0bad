import fc from 'fast-check'

const fragments = [
  ...[
    'a@x.example',
    'B@X.Example',
    '"j d"@x.example',
    'none@none',
    '@x',
    'f@@x',
    'mailto:',
    '<',
    '>',
    '@',
    "'",
    'ａ＠ｘ'
  ],
  ...[
    '(555) 010-0199',
    '5550100199',
    '020 7946 0958',
    '+44',
    '(0)',
    '+1',
    '00',
    '011',
    'x12',
    'ext. 7',
    '#3',
    '1-800-FLOWERS'
  ],
  ...[
    'N/A',
    'none',
    '-',
    '/',
    ' / ',
    ' - ',
    ',',
    ';',
    ' or ',
    '\n',
    ' ',
    '.',
    ')',
    '(',
    ']',
    '*',
    '|',
    '٠١٢',
    '\u2013',
    '\\'
  ],
  ...[
    'http://',
    'https:',
    'www.',
    'acme.example',
    '/a_(b)',
    '?q=1,2',
    ':8080',
    'javascript:',
    '10.0.0.1',
    'bücher.example'
  ],
  ...['1234.50', '1e9', '-', '2024-02-30', 'T18: 04: 26Z', '\u200b', '\u00a0', '\ud800', 'İ', 'ﬁ', 'e\u0301', '\0']
]

/** What people and programs leave in a field: fragments that mean something and any text, in any order. */
export const anyTyped = fc
  .array(
    fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...fragments) }, fc.string({ unit: 'binary', maxLength: 8 })),
    {
      maxLength: 12
    }
  )
  .map(parts => parts.join(''))

export const anyCountry = fc.constantFrom(
  undefined,
  null,
  '',
  'United States',
  'GB',
  'Italia',
  'Argentina',
  'Mexico',
  '?'
)
export const anyExtension = fc.constantFrom(undefined, null, '12', 'ext. 0401', 'none')

export const mebibyte = 2 ** 20

/** Texts of a mebibyte of which each repeats what could make a cleaner look back again and again. */
export function* hostile(): Generator<string> {
  for (const begin of ['', 'a@x.example ', '8139357100 ', 'http://x.example/', '"'])
    for (const part of [
      ...fragments,
      'a',
      '1',
      'a.',
      'a-',
      '(1',
      '1/',
      'a,',
      '"a"@',
      '\\"',
      '🙂',
      'ﷺ',
      'a@x.example,',
      '0'
    ])
      yield (begin + part.repeat(mebibyte / part.length)).slice(0, mebibyte)
}
