import t from 'tap'
import { countryCode } from '../../../../plugins/connector/values/country.ts'

t.test('countries are told by code and by what vendors and people call them', async t => {
  const names: Record<string, string[]> = {
    US: ['US', 'us', 'USA', 'U.S.A.', 'United States', 'United States of America', 'the United States', 'America'],
    GB: ['GB', 'UK', 'U.K.', 'United Kingdom', 'Great Britain', 'England', 'Scotland', 'Royaume-Uni'],
    DE: ['Germany', 'Deutschland', 'DEU', 'Alemania'],
    NL: ['Netherlands', 'The Netherlands', 'Netherlands (the)', 'Holland', 'Nederland'],
    CI: ['Côte d’Ivoire', "Cote d'Ivoire", 'Ivory Coast'],
    BA: ['Bosnia & Herzegovina', 'Bosnia and Herzegovina'],
    CZ: ['Czechia', 'Czech Republic'],
    TR: ['Turkey', 'Türkiye'],
    KR: ['South Korea', 'Korea, Republic of'],
    HK: ['Hong Kong', 'Hong Kong SAR China'],
    NE: ['Niger'],
    NG: ['Nigeria'],
    GE: ['Georgia'],
    JE: ['Jersey']
  }
  for (const [code, spellings] of Object.entries(names))
    for (const name of spellings) t.equal(countryCode(name), code, name)
})

t.test('every English name of a country with phones means that country', async t => {
  const { getCountries } = await import('libphonenumber-js/min')
  const english = new Intl.DisplayNames('en', { type: 'region' })
  t.ok(getCountries().length > 200)
  for (const code of getCountries()) t.equal(countryCode(english.of(code)!), code)
})

t.test('what is no country means none', async t => {
  for (const name of ['', ' ', 'XX', 'Atlantis', '-', 'constructor', '__proto__', 'x'.repeat(1e6)])
    t.equal(countryCode(name), undefined, name.slice(0, 20))
})
