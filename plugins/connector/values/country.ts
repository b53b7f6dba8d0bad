import type { CountryCode } from 'libphonenumber-js/min'
import { phoneLibrary } from './phone-library.ts'
import { isAscii } from './text.ts'

/** What people write and Intl does not say, folded as below. */
const variants: Readonly<Record<string, CountryCode>> = {
  'united states': 'US',
  'united states of america': 'US',
  usa: 'US',
  'u s': 'US',
  'u s a': 'US',
  america: 'US',
  canada: 'CA',
  uk: 'GB',
  'u k': 'GB',
  gbr: 'GB',
  'great britain': 'GB',
  britain: 'GB',
  england: 'GB',
  scotland: 'GB',
  wales: 'GB',
  'northern ireland': 'GB',
  'united kingdom of great britain and northern ireland': 'GB',
  'republic of ireland': 'IE',
  eire: 'IE',
  holland: 'NL',
  'czech republic': 'CZ',
  turkey: 'TR',
  korea: 'KR',
  'republic of korea': 'KR',
  'korea republic of': 'KR',
  'russian federation': 'RU',
  'viet nam': 'VN',
  'hong kong sar': 'HK',
  macau: 'MO',
  'ivory coast': 'CI',
  burma: 'MM',
  swaziland: 'SZ',
  macedonia: 'MK',
  'cabo verde': 'CV',
  'east timor': 'TL',
  'peoples republic of china': 'CN',
  'lao peoples democratic republic': 'LA',
  'republic of moldova': 'MD',
  'moldova republic of': 'MD',
  'taiwan province of china': 'TW',
  'iran islamic republic of': 'IR',
  'syrian arab republic': 'SY',
  'tanzania united republic of': 'TZ',
  'united republic of tanzania': 'TZ',
  'bolivia plurinational state of': 'BO',
  'venezuela bolivarian republic of': 'VE',
  'state of palestine': 'PS',
  'brunei darussalam': 'BN',
  'virgin islands us': 'VI',
  'virgin islands british': 'VG',
  'democratic republic of the congo': 'CD',
  'congo democratic republic of the': 'CD',
  'republic of the congo': 'CG',
  congo: 'CG',
  uae: 'AE',
  'holy see': 'VA',
  can: 'CA',
  aus: 'AU',
  nzl: 'NZ',
  irl: 'IE',
  deu: 'DE',
  fra: 'FR',
  nld: 'NL',
  bel: 'BE',
  che: 'CH',
  aut: 'AT',
  esp: 'ES',
  ita: 'IT',
  zaf: 'ZA',
  ind: 'IN',
  mex: 'MX',
  bra: 'BR'
}

/** English first: a word that means two countries in two languages means the English one. */
const languages = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt', 'sv', 'nb', 'da', 'fi', 'pl']

/** In the order of the languages, each made when a name is in none before it: most accounts never ask beyond the first. */
const named: ReadonlyMap<string, CountryCode>[] = []

const known = new Map<string, CountryCode | undefined>()
const capacity = 1000
/** No country's name is longer. */
const longest = 80

/**
 * The country that an address names, as an ISO 3166-1 code in capitals: of a code, of a name in English or in one of
 * eleven other languages, of what people write for it (USA, England). Undefined if it names none that can be told.
 */
export function countryCode(country: string): CountryCode | undefined {
  if (country.length > longest) return undefined
  if (known.has(country)) return known.get(country)
  if (known.size === capacity) known.clear()
  const code = find(country)
  known.set(country, code)
  return code
}

function find(country: string): CountryCode | undefined {
  const name = folded(country)
  if (Object.hasOwn(variants, name)) return variants[name]
  const upper = name.toUpperCase()
  if (upper.length === 2 && isAscii(upper) && phoneLibrary().isSupportedCountry(upper)) return upper
  for (const [at, language] of languages.entries()) {
    named[at] ??= namesIn(language)
    const code = named[at].get(name)
    if (code) return code
  }
  return undefined
}

function namesIn(language: string): Map<string, CountryCode> {
  const codes = phoneLibrary().getCountries()
  const names = new Map<string, CountryCode>()
  for (const style of ['long', 'short'] as const) {
    const display = new Intl.DisplayNames(language, { type: 'region', style, fallback: 'none' })
    for (const code of codes) {
      const name = folded(display.of(code) ?? '')
      if (name !== '' && !names.has(name)) names.set(name, code)
    }
  }
  return names
}

/** Lower case, without accents, signs, `the` and what stands in brackets: `Côte d’Ivoire`, `Netherlands (the)`. */
function folded(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\([^)]*\)/g, ' ')
    .replace(/&/g, ' and ')
    .replace(/[\p{M}'’]/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
  return plain.trim().replace(/^the /, '')
}
