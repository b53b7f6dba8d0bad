import fc from 'fast-check'
import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import t from 'tap'
import { phone, phones, phonesOf, samePhone } from '../../../../plugins/connector/values/index.ts'

const e164 = (typed: string, hint?: string) => phone(typed, hint)?.value

t.test('field report E2: one number however it is written, with its extension', async t => {
  const spellings = [
    '(555) 010-0199',
    '555-010-0199',
    '555.010.0199',
    '1 555 010 0199',
    '+1 (555) 010–0199',
    '５５５０１００１９９'
  ]
  for (const typed of spellings)
    t.same(phone(typed, 'United States'), { value: '+15550100199', typed, extension: null }, typed)
  for (const mark of ['x12', ' x 12', ' ext. 12', ', ext 12', ' Extension: 12', ' #12', ';ext=12', ' (x12)'])
    t.match(phone(`5550100199${mark}`, 'US'), { value: '+15550100199', extension: '12' }, mark)
  t.match(phone('5550100199', 'US', 'ext. 12'), { extension: '12' }, 'kept apart')
  t.match(phone('5550100199 x12', 'US', '0401'), { extension: '0401' }, 'what is kept apart goes first')
  t.match(phone('5550100199', 'US', 'none'), { extension: null })
  t.match(phone('# 555-010-0199', 'US'), { value: '+15550100199', extension: null }, 'before the number it is none')

  const same = ['(555) 010-0199', '555-010-0199', '5550100199 x12'].map(typed => phone(typed)!)
  for (const one of same) for (const other of same) t.ok(samePhone(one, other), `${one.typed} is ${other.typed}`)
})

t.test('field report E2: what is no number is left out', async t => {
  const none = [
    'see notes 2',
    'N/A',
    'none',
    '-',
    '',
    '  ',
    '1',
    'call me',
    'room 401',
    '000-000-0000',
    '+',
    'x12',
    '()'
  ]
  for (const typed of [...none, '4111 1111 1111 1111 1', 'see order 2024']) t.equal(phone(typed, 'US'), null, typed)
})

t.test('a number has its own country, else that of the address, else its digits are kept', async t => {
  t.equal(e164('020 7946 0958', 'United Kingdom'), '+442079460958')
  t.equal(e164('+44 (0)20 7946 0958', 'US'), '+442079460958')
  t.equal(e164('0044 20 7946 0958'), '+442079460958')
  t.equal(e164('011 44 20 7946 0958', 'US'), '+442079460958')
  t.equal(e164('06 1234 5678', 'Italia'), '+390612345678', 'Italy keeps its zero')
  t.equal(e164('22 34 56 78', 'NO'), '+4722345678')
  t.equal(e164('٠١٢٣٤٥٦٧٨٩', 'Egypt'), '+20123456789')
  t.equal(e164('tel:+1-813-935-7100'), '+18139357100')
  t.equal(e164('1-800-FLOWERS', 'US'), '+18003569377')
  t.equal(e164('(813) 935-7100', 'GB'), '+448139357100', 'by possible length alone')
  t.equal(e164('(813) 935-7100'), '8139357100')
  t.equal(e164('(813) 935-7100', 'Atlantis'), '8139357100')
  t.equal(e164('555-0142', 'US'), '5550142', 'too short for the country')
  t.equal(e164('911', 'US'), '911')
  t.equal(e164('00012012012', 'GB'), '00012012012', 'zeros that may be a prefix tell nothing')
})

t.test('words around a number do not hide it, and several are taken apart', async t => {
  const values = (typed: string) => phones(typed, 'US').map(({ value }) => value.replace('+1813935', ''))
  for (const typed of ['Cell: 813-935-7100', '813-935-7100 (after 5 pm)', '24/7: 813-935-7100', '813-935-7100/01'])
    t.same(values(typed), ['7100'], typed)
  for (const between of [' / ', '/', ', ', '; ', ' or ', ' & ', '\n', ' - ', ' | '])
    t.same(values(`813-935-7100${between}(813) 935-7101`), ['7100', '7101'], JSON.stringify(between))
  t.same(values('8139357100 or 813/935-7101, ask for Jo'), ['7100', '7101'])
  t.match(phones('813-935-7100 x1 / 813-935-7101 x2', 'US'), [{ extension: '1' }, { extension: '2' }])
  t.equal(phones(Array(50).fill('813-935-7100').join(';')).length, 20)
})

t.test('two entries are one phone unless their extensions differ', async t => {
  const [a, b] = [phone('+1 813 935 7100 x1')!, phone('+1 813 935 7100 x2')!]
  t.notOk(samePhone(a, b))
  t.ok(samePhone(a, { ...b, extension: null }))
  t.ok(samePhone(phone('8139357100')!, phone('8139357100', 'US')!), 'the country was not known before')
  t.ok(samePhone(phone('020 7946 0958', 'GB')!, phone('020 7946 0958')!))
  t.notOk(samePhone(phone('8139357100')!, phone('+1 813 935 7101')!))
  t.notOk(samePhone(phone('935-7100')!, phone('+1 813 935 7100')!), 'the exchange alone is not the number')
})

t.test('one person’s number with and without an extension is one phone, two persons’ are two', async t => {
  const line = (typed: string, owner?: string, more = {}) => ({
    typed,
    label: owner ?? null,
    ...(owner && { owner }),
    ...more
  })
  const found = phonesOf(
    [line('555 010 0199', 'a'), line('555 010 0199 x12', 'a'), line('555 010 0199 x13', 'a')],
    'US'
  )
  t.match(found, [
    { extension: '12', primary: true },
    { extension: '13', primary: false }
  ])
  t.equal(found.length, 2)
  t.equal(phonesOf([line('555 010 0199 x12', 'a'), line('555 010 0199', 'a')]).length, 1)
  t.match(phonesOf([line('555 010 0199', 'a'), line('555 010 0199 x12', 'b')]), [
    { extension: null },
    { extension: '12' }
  ])
  t.match(phonesOf([line('555 010 0199'), line('555 010 0199 x12')]), [{ extension: null }, { extension: '12' }])
  const last = phonesOf([line('555 010 0198'), line('555 010 0199'), line('555-010-0199', 'b', { primary: true })])
  t.match(last, [{ primary: false }, { label: null, primary: true }])
  t.equal(last.length, 2)
})

t.test('the short way for numbers of North America ends where the library does', async () => {
  const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`))
  const separator = fc.constantFrom('', ' ', '-', '.')
  const number = fc
    .tuple(fc.constantFrom('', '1', '+1', '1-', '+1 '), digits(3), separator, digits(3), separator, digits(4))
    .map(parts => parts.join(''))
  fc.assert(
    fc.property(number, fc.constantFrom('US', 'CA', undefined), (typed, hint) => {
      const read = parsePhoneNumberFromString(typed, { extract: false, ...(hint && { defaultCountry: hint }) })
      const expected = read?.isPossible() ? read.number : typed.replace(/[ .-]/g, '')
      // Behind an invisible sign it goes the long way.
      return (
        /^\+?1?[ -]?0{10}/.test(typed) || (e164(typed, hint) === expected && e164(`\u200b${typed}`, hint) === expected)
      )
    })
  )
})
