/** Locks a user after so many refused sign-ins in a row, also for whoever has the right key. */
export function createLockout(after: number) {
  const refused = new Map<string, number>()
  const locked = new Set<string>()
  return {
    isLocked: (user: string) => locked.has(user),
    refuse: (user: string) => {
      const count = (refused.get(user) ?? 0) + 1
      refused.set(user, count)
      if (count >= after) locked.add(user)
    },
    accept: (user: string) => void refused.delete(user),
    lock: (user: string) => void locked.add(user),
    unlock: (user: string) => {
      refused.delete(user)
      locked.delete(user)
    },
    refusals: (user: string) => refused.get(user) ?? 0
  }
}
