import fc from 'fast-check'
import t from 'tap'
import * as values from '../../../../plugins/connector/values/index.ts'
import type { ClientProfile } from '../../../../plugins/entities/shapes/client.ts'
import { cpuMsOf } from '../../../cpu-ms.ts'
import { anyCountry, anyExtension, anyTyped, hostile, mebibyte } from './typed.ts'

const { address, amount, cleanProfile, day, emails, money, phones, readAmount, text, websites } = values
const runs = { numRuns: 3000 }

t.test('cleaning what was cleaned changes nothing', async t => {
  const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)
  fc.assert(
    fc.property(anyTyped, anyCountry, anyExtension, (typed, country, extension) => {
      for (const email of emails(typed)) if (!same(emails(email), [email])) return false
      for (const site of websites(typed)) if (!same(websites(site), [site])) return false
      for (const number of phones(typed, country, extension)) {
        if (!same(phones(number.typed, country, number.extension), [number])) return false
        const again = { ...number, typed: number.value }
        if (!same(phones(number.value, country, number.extension), [again])) return false
      }
      const read = readAmount(typed).amount
      if (read && money(amount(money(read))!) !== money(read)) return false
      return text(text(typed)) === text(typed) && day(day(typed)) === day(typed)
    }),
    runs
  )
  const parts = fc.record({ line1: anyTyped, line2: anyTyped, city: anyTyped, state: anyTyped, country: anyTyped })
  fc.assert(
    fc.property(parts, given => same(address(address(given)), address(given))),
    { numRuns: 300 }
  )
  t.pass()
})

const anyLabel = fc.option(fc.constantFrom('Work', 'Home'))
const anyProfile: fc.Arbitrary<ClientProfile> = fc.record({
  name: anyTyped,
  address: fc.option(
    fc.record({
      line1: fc.option(anyTyped),
      line2: fc.constant(null),
      city: fc.option(anyTyped),
      state: fc.constantFrom('', null, 'FL'),
      postalCode: fc.constant(null),
      country: fc.constantFrom('', null, 'United States', 'UK')
    })
  ),
  emails: fc.array(fc.record({ value: anyTyped, label: anyLabel, primary: fc.boolean() }), { maxLength: 4 }),
  phones: fc.array(
    fc.record({
      value: anyTyped,
      typed: fc.option(anyTyped),
      extension: fc.constantFrom(null, '12', 'ext 3'),
      label: anyLabel,
      primary: fc.boolean()
    }),
    { maxLength: 4 }
  ),
  websites: fc.array(anyTyped, { maxLength: 3 })
})

t.test('a profile that was cleaned is as it would be made, and one entry of each list is primary', async t => {
  fc.assert(
    fc.property(anyProfile, profile => {
      const cleaned = cleanProfile(profile)
      for (const list of [cleaned.emails, cleaned.phones])
        if (list.filter(({ primary }) => primary).length !== Math.min(list.length, 1)) return false
      return JSON.stringify(cleanProfile(cleaned)) === JSON.stringify(cleaned)
    }),
    { numRuns: 1500 }
  )
  t.pass()
})

t.test('field report B5: a mebibyte of anything is cleaned at once, and little comes out', async t => {
  const cleaners = { address: (line1: string) => address({ line1 }), day, emails, phones, readAmount, text, websites }
  let slowest = 0
  for (const typed of hostile()) {
    for (const [name, clean] of Object.entries(cleaners)) {
      // As much as is looked at, and far more.
      for (const length of [200, 2000, 10_000, mebibyte]) {
        let size = 0
        const took = cpuMsOf(() => {
          size = JSON.stringify(clean(typed.slice(0, length))).length
        })
        slowest = Math.max(slowest, took)
        if (size > 65_000) t.fail(`${name} made ${size} characters of ${JSON.stringify(typed.slice(0, 30))}`)
      }
    }
  }
  t.ok(slowest < 100, `${Math.ceil(slowest)} ms at most`)
})
