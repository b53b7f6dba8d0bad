/** The ids of the tiny account's companies, by what each stands for; their lengths differ, as in a database that grew. */
export const tinyIds = {
  'the MSP itself': 0,
  'active customer': 7,
  'inactive customer': 12,
  prospect: 174,
  vendor: 175,
  'second vendor': 998,
  'customer without contacts': 1002,
  'customer without contracts': 29683478,
  'customer of ended contracts': 29683479,
  'cancelled customer': 29683500,
  'customer with odd billing': 100000001
} as const

/** And of its contracts. */
export const tinyContracts = {
  recurring: 88,
  'time and materials': 90,
  'block hours': 101,
  ended: 1044,
  inactive: 1045,
  'not started': 29684001,
  'of the cancelled customer': 29684002,
  renewed: 29684003,
  'its renewal': 29684004,
  bundled: 29684005,
  retainer: 29684006,
  'fixed price': 29684007,
  'unknown period': 29684008
} as const

/** "active customer" as a name. */
export function titled(name: string): string {
  return name.replace(/(^| )\w/g, letter => letter.toUpperCase())
}
