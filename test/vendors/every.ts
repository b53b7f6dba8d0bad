import { autotask } from './autotask.ts'
import { connectwise } from './connectwise.ts'
import type { VendorKind } from './vendor.ts'

/** Every vendor that has a connector. */
export const kinds: readonly VendorKind[] = [connectwise, autotask]
