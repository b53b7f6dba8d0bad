import type { Distortion } from '../kit/index.ts'
import { fieldsOf } from './schema.ts'

/** Odd data that old or careless instances hold, by name. */
export const oddities = {
  /** Dates with stray spaces, as in records migrated long ago. */
  spacedDates: record => ({
    ...record,
    dateAcquired: '2002-08-20T18: 04: 26Z',
    _info: { ...record._info, lastUpdated: '2015-12-24T22: 08: 22Z' }
  }),
  noLastUpdated: record => ({ ...record, _info: { updatedBy: 'admin1' } }),
  noInfo: ({ _info, ...record }) => record,
  noName: ({ name, ...record }) => record,
  noId: ({ id, ...record }) => record,
  nullId: record => ({ ...record, id: null }),
  /** Numbers and booleans as text. */
  numericStrings: record =>
    Object.fromEntries(
      Object.entries(record).map(([field, value]) => [
        field,
        typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
      ])
    ),
  longName: record => ({ ...record, name: 'N'.repeat(10_000) }),
  unicodeName: record => ({ ...record, name: 'Ĳssel & Søn 東京 👩‍🔧 \u202Eevil\u0000 "quoted" <b>' }),
  /** An old model: every absent field is null, and empty text too. */
  nulls: record => {
    const company = fieldsOf('Company')!
    const absent = Object.fromEntries(Object.keys(company).map(field => [field, null]))
    return {
      ...absent,
      ...Object.fromEntries(Object.entries(record).filter(([, value]) => value !== '' && value !== undefined))
    }
  },
  /** References that lead nowhere: `{}`. */
  emptyReferences: record =>
    Object.fromEntries(
      Object.entries(record).map(([field, value]) => [
        field,
        field !== '_info' && value !== null && typeof value === 'object' && !Array.isArray(value) ? {} : value
      ])
    ),
  /** A field that no document names. */
  unknownField: record => ({ ...record, newInTheNextRelease: { nested: [1, 2, 3] } }),
  /** The record is not an object at all. */
  nullRecord: () => null
} satisfies Record<string, Distortion>

export type Oddity = keyof typeof oddities
