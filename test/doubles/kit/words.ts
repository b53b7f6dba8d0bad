// Invented words: no name here is meant to be a person or a firm.
const beginnings =
  'Alder Bracken Cinder Dapple Elmet Fallow Gorse Hazel Iron Juniper Kestrel Lark Marl Nettle Osier Pebble Quarry Rowan Sedge Tarn Umber Vetch Willow Yarrow'
const endings = 'brook combe croft dale fell ford gate ham haven holm mere moor ridge shaw stead thorpe water wick'
const trades =
  'Dental Group|Accountants|Logistics|Orthopaedics|Architects|Bakery|Freight|Legal|Printing|Robotics|Insurance|Optics|Foods|Surveyors|Veterinary Clinic|Credit Union|Charter School|Engineering'
const firsts =
  'Avelin Bram Cosmo Delphie Esmond Fenna Gideon Hettie Ivo Jessamy Kester Linnet Merrin Noll Orla Perrin Quill Rosalba Soren Tansy Ulric Verity Wystan Zinnia'
const towns = 'Millbrae Eastmarch Port Lannet Oakhaven Stillwater Harrowgate Dunmere Cressfield'

export const words = {
  beginnings: beginnings.split(' '),
  endings: endings.split(' '),
  trades: trades.split('|'),
  firsts: firsts.split(' '),
  vendorTrades: ['Software', 'Security', 'Cloud', 'Telecom', 'Backup'],
  towns: towns
    .replace('Port ', 'Port_')
    .split(' ')
    .map(town => town.replace('_', ' ')),
  streets: ['Mill Lane', 'Station Road', 'Foundry Street', 'Harbour Walk', 'Orchard Avenue', 'Canal Street'],
  states: ['NC', 'FL', 'OH', 'TX', 'WA', 'MA'],
  titles: ['Office Manager', 'Controller', 'Director', 'Practice Manager', 'Reception', '']
} as const

/** "Larkmere Dental Group": the number decides, and no two numbers share a name. */
export function companyName(number: number, trades: readonly string[] = words.trades): string {
  const { beginnings, endings } = words
  const lap = Math.floor(number / beginnings.length)
  const begin = beginnings[number % beginnings.length]!
  // 24 laps + 1 is prime to the 18 endings, so beginning and ending meet once in each round of names.
  const end = endings[(number + lap) % endings.length]!
  const trade = trades[(number * 5 + Math.floor(number / 11)) % trades.length]!
  const round = Math.floor(lap / endings.length)
  return `${begin}${end} ${trade}${round > 0 ? ` ${round + 1}` : ''}`
}

/** What other records say of a company. */
export function companyReference(id: number, vendor = false): { id: number; identifier: string; name: string } {
  const name = companyName(id, vendor ? words.vendorTrades : words.trades)
  return { id, identifier: `${name.slice(0, name.indexOf(' '))}${id}`, name }
}

/** "larkmere-dental-group.example": a domain that cannot exist. */
export function domainOf(name: string): string {
  return `${name.toLowerCase().replaceAll(' ', '-')}.example`
}

/** A surname made of the same invented words. */
export function surname(number: number): string {
  const { beginnings, endings } = words
  return beginnings[(number * 7) % beginnings.length]! + endings[(number * 5) % endings.length]!
}

/** A US number from the range that is kept for fiction. */
export function phoneNumber(number: number): string {
  return `${200 + (number % 700)}55501${String(number % 100).padStart(2, '0')}`
}

/** A GUID that depends on the number alone. */
export function guidOf(number: number): string {
  const hex = (number >>> 0).toString(16).padStart(8, '0')
  return `${hex}-5c1d-4a2b-9e3f-${hex}4d7a`
}
