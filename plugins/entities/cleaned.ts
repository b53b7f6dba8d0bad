import type { ClientProfile, Phone } from './shapes/client.ts'

export function cleanProfile(profile: ClientProfile): ClientProfile {
  return profile
}

export function samePhone(a: Phone, b: Phone): boolean {
  return a.value === b.value && (a.extension === b.extension || a.extension === null || b.extension === null)
}
