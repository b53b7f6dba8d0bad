/** Preloaded into a host: its clock goes five minutes ahead of everybody's. */

const aheadMs = 5 * 60_000
const Real = Date

class Ahead extends Real {
  constructor(...given: unknown[]) {
    super(...((given.length === 0 ? [Real.now() + aheadMs] : given) as [number]))
  }

  static override now(): number {
    return Real.now() + aheadMs
  }
}

globalThis.Date = Ahead as DateConstructor
