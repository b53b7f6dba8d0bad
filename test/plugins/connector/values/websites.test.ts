import t from 'tap'
import { websites, websitesOf } from '../../../../plugins/connector/values/index.ts'

t.test('field report E3: what is no website is left out', async t => {
  const none = [
    'N/A',
    'n.a.',
    'none',
    '-',
    'tbd',
    'TBD.',
    'http://',
    'https://www.',
    'www',
    'www.acme',
    '',
    ' ',
    '.',
    '//'
  ]
  const others = ['acme', 'see notes', 'http://intranet', 'localhost', '10.0.0.1', 'info@acme.example', 'v1.2', '1.5']
  const evil = [
    'javascript:alert(1)',
    'javascript://acme.example/%0aalert(1)',
    'JaVaScRiPt:acme.example',
    'data:text/html,x'
  ]
  const more = [
    'mailto:info@acme.example',
    'ftp://acme.example',
    'file:///etc/passwd',
    'https://user:word@acme.example'
  ]
  const broken = ['http://a..example', 'http://-a.example', 'acme.example:99999', `${'a'.repeat(64)}.example`]
  for (const typed of [...none, ...others, ...evil, ...more, ...broken])
    t.same(websites(typed), [], JSON.stringify(typed))
})

t.test('a website can be followed: with a scheme, its host in lower case, the rest as typed', async t => {
  const kept = {
    'acme.example': 'https://acme.example',
    'www.Acme.Example/About?a=B#C': 'https://www.acme.example/About?a=B#C',
    'HTTP://Acme.Example/': 'http://acme.example/',
    'https://acme.example:8443/a,b;c': 'https://acme.example:8443/a,b;c',
    'https//acme.example': 'https://acme.example',
    'http:acme.example': 'http://acme.example',
    'http://https://acme.example': 'https://acme.example',
    'http:\\\\acme.example\\a': 'http://acme.example/a',
    '//acme.example': 'https://acme.example',
    'http://203.0.113.5/x': 'http://203.0.113.5/x',
    'bücher.example': 'https://bücher.example',
    'my_site.acme.example': 'https://my_site.acme.example',
    'acme.example/@news': 'https://acme.example/@news',
    '(see www.acme.example).': 'https://www.acme.example',
    'acme.example/a_(b)': 'https://acme.example/a_(b)',
    '<a href="http://acme.example">x</a>': 'http://acme.example',
    '\u200bacme.example\u00a0': 'https://acme.example',
    'https://acme.example\\@evil.example': 'https://acme.example/@evil.example'
  }
  for (const [typed, expected] of Object.entries(kept)) t.same(websites(typed), [expected], typed)
})

t.test('several in one field are taken apart, each once', async t => {
  const three = ['https://a.example', 'https://www.b.example/x', 'http://c.example']
  for (const between of [' ', ', ', ',', '; ', ' | ', '\n', ' and '])
    t.same(websites(['a.example', 'www.b.example/x', 'http://c.example'].join(between)), three, JSON.stringify(between))
  t.same(websites('a.example https://a.example/ http://A.example'), ['https://a.example'])
  t.same(websitesOf(['b.example', null, 'a.example b.example', 7, {}]), ['https://b.example', 'https://a.example'])
  t.equal(websites(Array.from({ length: 50 }, (_, index) => `a${index}.example`).join(' ')).length, 20)
  t.same(websites(`a.example/${'x'.repeat(2000)}`), [])
})
