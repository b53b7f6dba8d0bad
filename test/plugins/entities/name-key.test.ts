import fc from 'fast-check'
import t from 'tap'
import { matchesWords, nameKeyOf, wordsOf } from '../../../plugins/entities/name-key.ts'

t.test('case, accents and compatibility forms do not matter', async t => {
  t.equal(nameKeyOf('  Café  MÜLLER\t& Söhne '), 'cafe muller & sohne')
  t.equal(nameKeyOf('Ｆｕｌｌ Ｗｉｄｔｈ'), 'full width')
  t.equal(nameKeyOf('Straße'), 'strasse')
  t.equal(nameKeyOf('Ørsted'), 'orsted')
  t.equal(nameKeyOf('İstanbul'), 'istanbul')
  t.equal(nameKeyOf('ΟΔΟΣ'), nameKeyOf('οδος'))
})

t.test('characters that a store cannot keep are gone', async t => {
  t.equal(nameKeyOf('a\u0000b'), 'a b')
  t.ok(nameKeyOf('\ud800x').isWellFormed())
})

t.test('a very long name is cut at 1,000 characters and never inside one', async t => {
  t.equal(nameKeyOf('x'.repeat(10_000)).length, 1000)
  const astral = nameKeyOf(`${'x'.repeat(999)}\u{1d7d8}\u{20000}\u{20000}`)
  t.ok(astral.isWellFormed())
  t.ok(nameKeyOf('\u{20000}'.repeat(2000)).isWellFormed())
})

t.test('a name key of a name key is itself', async () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), name => nameKeyOf(nameKeyOf(name)) === nameKeyOf(name))
  )
})

t.test('every word of a search begins a word of the name', async t => {
  const key = nameKeyOf("O'Brien & Sons (Łódź) 24-7")
  t.same(wordsOf(key), ['o', 'brien', 'sons', 'lodz', '24', '7'])
  const found = (search: string) => matchesWords(key, wordsOf(nameKeyOf(search)))
  t.ok(found('bri'))
  t.ok(found('SONS Lód'))
  t.ok(found("o'b"))
  t.notOk(found('rien'))
  t.notOk(found('sons x'))
  t.notOk(found(''))
  t.notOk(found('&'))
})

t.test('plain ASCII gives the same key alone as beside a letter with an accent', async t => {
  const ascii = fc.string({ unit: 'grapheme-ascii', maxLength: 40 })
  fc.assert(fc.property(ascii, name => nameKeyOf(`É ${name}`) === `e ${nameKeyOf(name)}`.trim()))
  t.equal(nameKeyOf('A&B  (Acme)^`~'), 'a&b (acme)^`~')
})
